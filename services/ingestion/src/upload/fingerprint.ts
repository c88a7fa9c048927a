import { createHash } from 'node:crypto';
import type { UnusableParsed } from '../parsing/parsed-batch.ts';

/** Bytes of a fingerprint. */
const BYTES = 16;

/** Knows an unusable input that is sent again, as hexadecimal digits. */
export function fingerprint({ source, reason, message }: UnusableParsed): string {
  return createHash('sha256').update(`${source}\0${reason}\0${message}`).digest().toString('hex', 0, BYTES);
}
