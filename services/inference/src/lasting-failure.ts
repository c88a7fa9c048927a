import { ServiceError } from '@spectrawl/grpc';
import { NetworkError } from '@spectrawl/network';
import { PoolError } from '@spectrawl/pool';
import { isLost } from '@spectrawl/runtime';

/** Failures of the network that the same weights and rows would meet again. */
const LASTING: readonly NetworkError['reason'][] = ['INVALID_REQUEST', 'INVALID_WEIGHTS'];

/** What to do, said with every failure of this kind. */
export const BRING_BACK = 'bring the object back, from a backup or a new upload, then resume the campaign';

/** Whether scoring would fail of it again: an object is gone or damaged, or the model is none. */
export function isLastingFailure(error: unknown): error is Error {
  return (
    isLost(error) ||
    error instanceof PoolError ||
    error instanceof SyntaxError ||
    (error instanceof NetworkError && LASTING.includes(error.reason)) ||
    (error instanceof ServiceError && error.reason === 'MODEL_NOT_FOUND')
  );
}
