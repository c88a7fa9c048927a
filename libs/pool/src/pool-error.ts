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

/** A failure of the source of the bytes, on its way through decoders: it says nothing of the file. */
export class SourceFailure extends Error {
  override readonly cause: unknown;

  constructor(cause: unknown) {
    super('the source failed');
    this.cause = cause;
  }
}

/** What to throw for what a decoder threw while reading `what`: a PoolError, or what the source itself threw. */
export function toPoolError(what: string, error: unknown): unknown {
  if (error instanceof PoolError) return error;
  if (error instanceof SourceFailure) return error.cause;
  const detail = error instanceof Error ? error.message : String(error);
  const reason = /unsupported|unknown (zstd|codec)/i.test(detail) ? 'unsupported' : 'corrupt';
  return new PoolError(reason, `${what} cannot be read: ${detail}. Check that the file was copied completely.`, {
    cause: error,
  });
}
