import { sql, type RawBuilder } from 'kysely';

/**
 * Reads an `int8` as a number.
 * @throws {RangeError} beyond ±(2^53 − 1), where a number would silently be another one
 */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the int8 ${text} is too big for a number: select it as text`);
  return value;
}

/** A value for a `jsonb` column. Drivers disagree on bare arrays and strings; this means the same to all of them. */
export function jsonb<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
