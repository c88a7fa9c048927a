/** What went wrong with a file of the pool; stable, for programs. */
export type PoolErrorReason =
  | 'not-parquet' // no Parquet file at all, or cut off before its end
  | 'corrupt' // a Parquet file whose bytes contradict themselves
  | 'unsupported' // valid, but written in a way that this reader does not know
  | 'missing-column'
  | 'column-type' // the column exists but holds values of another type
  | 'null-value' // a null where a value is required
  | 'ragged' // lists of different lengths where one length is required
  | 'row-range' // rows asked for that the table does not have
  | 'invalid-rows' // rows given to a writer that break the file's rules
  | 'wrong-kind' // a Spectrawl file, but not of the kind expected
  | 'manifest';

/** The one error of this library: a stable reason, and a message that says what was wrong, where, and what to do. */
export class PoolError extends Error {
  readonly reason: PoolErrorReason;

  constructor(reason: PoolErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PoolError';
    this.reason = reason;
  }
}

/** Runs `read` and turns whatever a decoder throws on bad bytes into a PoolError that says what was being read. */
export function asPoolError<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw toPoolError(what, error);
  }
}

/** The PoolError for what a decoder threw while reading `what`. */
export function toPoolError(what: string, error: unknown): PoolError {
  if (error instanceof PoolError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  const reason = /unsupported|unknown (zstd|codec)/i.test(detail) ? 'unsupported' : 'corrupt';
  return new PoolError(reason, `${what} cannot be read: ${detail}. Check that the file was copied completely.`, {
    cause: error,
  });
}
