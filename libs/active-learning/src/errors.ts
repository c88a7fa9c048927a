/** Why the active-learning functions refuse their arguments; stable, for callers that translate errors. */
export type ActiveLearningErrorReason =
  'INVALID_ARGUMENT' | 'INVALID_PROBABILITIES' | 'SUMMARIES_DIFFER' | 'SUMMARY_TOO_SMALL' | 'INVALID_METHOD';

/** An argument that can't be used. The message says what was wrong, where, and what to do. */
export class ActiveLearningError extends Error {
  override readonly name = 'ActiveLearningError';
  readonly reason: ActiveLearningErrorReason;

  constructor(reason: ActiveLearningErrorReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** @throws {ActiveLearningError} unless the value is an integer of at least `least`. */
export function requireCount(name: string, value: number, least = 0): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new ActiveLearningError('INVALID_ARGUMENT', `${name} must be an integer of at least ${least}, not ${value}`);
}

/** @throws {ActiveLearningError} unless the value lies between 0 and 1, both excluded. */
export function requireOpenFraction(name: string, value: number): void {
  if (!(value > 0 && value < 1))
    throw new ActiveLearningError('INVALID_ARGUMENT', `${name} must lie between 0 and 1, both excluded, not ${value}`);
}
