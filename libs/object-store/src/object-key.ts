import { InvalidObjectKeyError } from './errors.ts';

/** S3's limit: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, bytes of UTF-8 */
const MAXIMUM_KEY = 1024;
/** What the usual file systems allow for a file name, bytes. */
const MAXIMUM_SEGMENT = 255;

// eslint-disable-next-line no-control-regex -- they are what is looked for
const NOT_PORTABLE = /[\u0000-\u001f\u007f\\]/;

/** Checks that a key is one that every store can hold. @throws {InvalidObjectKeyError} */
export function assertObjectKey(key: string): void {
  const reason = whyInvalid(key);
  if (reason !== undefined) throw new InvalidObjectKeyError(key, reason);
}

function whyInvalid(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (!key.isWellFormed()) return 'it is no well-formed Unicode';
  if (Buffer.byteLength(key) > MAXIMUM_KEY) return `it is longer than ${MAXIMUM_KEY} bytes`;
  if (NOT_PORTABLE.test(key)) return 'it has a backslash or a control character';
  for (const segment of key.split('/')) {
    if (segment === '') return 'it has an empty segment: no slash at the start, at the end or after another one';
    if (segment === '.' || segment === '..') return `it has the segment "${segment}"`;
    if (Buffer.byteLength(segment) > MAXIMUM_SEGMENT) return `it has a segment longer than ${MAXIMUM_SEGMENT} bytes`;
  }
  return undefined;
}

/** Checks a range of bytes. @throws {RangeError} */
export function assertRange(offset: number, length: number): void {
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    !(Number.isSafeInteger(length) || length === Infinity) ||
    length < 0
  ) {
    throw new RangeError(`offset ${offset}, length ${length}: both have to be non-negative integers (bytes)`);
  }
}
