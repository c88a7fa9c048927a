import { ServiceError } from '@spectrawl/grpc';
import type { Cursor } from './score-statement.ts';

/** A cursor as a page token, bound to the question that it belongs to. @param question its scoring run, filter and order */
export function cursorToken(question: string, { value, shard, row }: Cursor): string {
  return Buffer.from(JSON.stringify([question, value, shard, row])).toString('base64url');
}

/** @throws {ServiceError} BAD_PAGE_TOKEN */
export function readCursor(question: string, token: string): Cursor {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown;
  } catch {
    parts = undefined;
  }
  if (Array.isArray(parts) && parts.length === 4) {
    const [asked, value, shard, row] = parts as unknown[];
    const isValue =
      value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
    if (asked === question && isValue && isPlace(shard) && isPlace(row)) return { value, shard, row };
  }
  throw new ServiceError(
    'BAD_PAGE_TOKEN',
    'page_token belongs to another question: send next_page_token with the filter, the order and the iteration that it came with',
  );
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
