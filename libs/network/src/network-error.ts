/** What went wrong, for callers that decide by it. */
export type NetworkErrorReason =
  /** The request contradicts itself: sizes, classes, rates. Correct it. */
  | 'INVALID_REQUEST'
  /** Weights that cannot be read, or that are of another architecture. */
  | 'INVALID_WEIGHTS'
  /** The loss stopped being a number. Lower the learning rate or look at the features. */
  | 'TRAINING_DIVERGED'
  /** TensorFlow's addon is not built, or cannot be loaded on this machine. */
  | 'TENSORFLOW_UNAVAILABLE'
  /** The process that computed ended unexpectedly, for example for want of memory. It is safe to ask again. */
  | 'PROCESS_ENDED'
  /** TensorFlow refused the computation: a bug here, or a machine out of memory. */
  | 'COMPUTATION_FAILED';

/** Every error of this package that is not an abort. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
  readonly reason: NetworkErrorReason;

  constructor(reason: NetworkErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
