import { status } from '@grpc/grpc-js';

/**
 * Every reason for which a caller can be refused, with its gRPC status. A reason is stable: programs may match it. It travels in
 * the trailing metadata `spectrawl-reason`; the message says what was wrong, where, and what to do.
 */
export const REASONS = {
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  ROLE_TOO_SMALL: status.PERMISSION_DENIED,
  NOT_YOUR_NAME: status.PERMISSION_DENIED,
  TOO_MANY_CALLS: status.RESOURCE_EXHAUSTED,
  BAD_REQUEST: status.INVALID_ARGUMENT,
  BAD_PAGE_TOKEN: status.INVALID_ARGUMENT,
  BAD_METHOD: status.INVALID_ARGUMENT,
  BAD_FEATURES: status.INVALID_ARGUMENT,
  BAD_UPLOAD: status.INVALID_ARGUMENT,
  BAD_CATALOGUE: status.INVALID_ARGUMENT,
  UNKNOWN_SURVEY: status.INVALID_ARGUMENT,
  UNKNOWN_CLASS: status.INVALID_ARGUMENT,
  UNKNOWN_FORMAT: status.INVALID_ARGUMENT,
  POOL_NOT_FOUND: status.NOT_FOUND,
  SPECTRUM_NOT_FOUND: status.NOT_FOUND,
  TRAINING_RUN_NOT_FOUND: status.NOT_FOUND,
  MODEL_NOT_FOUND: status.NOT_FOUND,
  SCORING_RUN_NOT_FOUND: status.NOT_FOUND,
  CROSS_MATCH_NOT_FOUND: status.NOT_FOUND,
  CAMPAIGN_NOT_FOUND: status.NOT_FOUND,
  BATCH_NOT_FOUND: status.NOT_FOUND,
  TASK_NOT_FOUND: status.NOT_FOUND,
  POOL_EXISTS: status.ALREADY_EXISTS,
  CAMPAIGN_EXISTS: status.ALREADY_EXISTS,
  POOL_SEALED: status.FAILED_PRECONDITION,
  POOL_NOT_SEALED: status.FAILED_PRECONDITION,
  POOL_EMPTY: status.FAILED_PRECONDITION,
  POOL_BUSY: status.FAILED_PRECONDITION,
  NO_LABELS: status.FAILED_PRECONDITION,
  NO_CATALOGUE: status.FAILED_PRECONDITION,
  CAMPAIGN_OVER: status.FAILED_PRECONDITION,
  SCORING_RUN_UNFINISHED: status.FAILED_PRECONDITION,
  TASK_LEASED: status.FAILED_PRECONDITION,
  NO_OPEN_BATCH: status.FAILED_PRECONDITION,
  BATCH_CLOSED: status.FAILED_PRECONDITION,
  NOTHING_TO_UNDO: status.FAILED_PRECONDITION,
  NOTHING_TO_ADJUDICATE: status.FAILED_PRECONDITION,
  STOPPING: status.UNAVAILABLE,
  ISSUER_UNAVAILABLE: status.UNAVAILABLE,
} as const satisfies Record<string, status>;

export type Reason = keyof typeof REASONS;

/** A refusal that the caller can act on. Anything else that a handler throws becomes INTERNAL. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly reason: Reason;

  /** @param message what was wrong, where, and what to do */
  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}
