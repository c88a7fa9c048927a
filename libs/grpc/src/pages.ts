import { ServiceError } from './service-error.ts';

/** What a page is asked for, after the limits of the contract. */
export interface PageRequest {
  size: number;
  /** Where the page before ended, in the words of the service; absent on the first page. */
  after: string | undefined;
}

/**
 * Reads page_size and page_token.
 * @param limits size that 0 stands for, and the largest size
 * @throws {ServiceError} BAD_REQUEST, BAD_PAGE_TOKEN
 */
export function pageRequest(
  request: { pageSize: number; pageToken: string },
  limits: { byDefault: number; most: number } = { byDefault: 100, most: 1000 },
): PageRequest {
  if (request.pageSize < 0 || request.pageSize > limits.most) {
    throw new ServiceError('BAD_REQUEST', `page_size is ${request.pageSize}: ask for 1 to ${limits.most}, or 0`);
  }
  const size = request.pageSize === 0 ? limits.byDefault : request.pageSize;
  if (request.pageToken === '') return { size, after: undefined };
  const text = Buffer.from(request.pageToken, 'base64url').toString();
  if (!text.startsWith('after:')) {
    throw new ServiceError('BAD_PAGE_TOKEN', 'page_token is no token of this service: send next_page_token as it came');
  }
  return { size, after: text.slice('after:'.length) };
}

/**
 * Where the page before ended, for rows that are numbered.
 * @throws {ServiceError} BAD_PAGE_TOKEN
 */
export function numberAfter(after: string | undefined, byDefault: number): number {
  if (after === undefined) return byDefault;
  // Ten digits and more are beyond what a database's integer holds.
  if (/^\d{1,9}$/.test(after)) return Number(after);
  throw new ServiceError('BAD_PAGE_TOKEN', 'page_token is no token of this list: send next_page_token as it came');
}

/**
 * Cuts a page from rows that were read one beyond its size.
 * @param rows at most `size + 1` rows
 * @param key where a row stands, in the words that `pageRequest` gives back as `after`
 */
export function page<T>(
  rows: readonly T[],
  size: number,
  key: (row: T) => string,
): { rows: T[]; nextPageToken: string } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const nextPageToken =
    rows.length > size && last !== undefined ? Buffer.from(`after:${key(last)}`).toString('base64url') : '';
  return { rows: shown, nextPageToken };
}

/** Every row of a paged list: asks for page after page. */
export async function* allPages<P extends { nextPageToken: string }, T>(
  ask: (pageToken: string) => Promise<P>,
  rows: (page: P) => readonly T[],
): AsyncIterable<T> {
  let pageToken = '';
  do {
    const answer = await ask(pageToken);
    yield* rows(answer);
    pageToken = answer.nextPageToken;
  } while (pageToken !== '');
}
