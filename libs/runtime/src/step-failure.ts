import { UnreadablePlanError } from '@spectrawl/contracts';
import { InvalidObjectKeyError, ObjectNotFoundError } from '@spectrawl/object-store';

/** Deliveries after which a failure that looks lasting is taken for one: some seconds, in which an object may yet turn up. */
export const LASTING_AFTER = 5;

/** The delivery after which users are told that a step waits: some ten seconds of trying. */
export const WAITING_AFTER = 6;

/** Whether what a step needs from the object store is not there, or is no plan: no further attempt brings it back. */
export function isLost(error: unknown): error is Error {
  return (
    error instanceof ObjectNotFoundError ||
    error instanceof InvalidObjectKeyError ||
    error instanceof UnreadablePlanError
  );
}
