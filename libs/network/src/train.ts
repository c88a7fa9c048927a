import { NetworkError } from './network-error.ts';
import { startProcess } from './processes/computing-process.ts';
import type { TrainingReply } from './processes/training-process.ts';
import { checkTrainingRequest } from './training-request.ts';
import type { TrainedNetwork, TrainingProgress, TrainingRequest } from './training-request.ts';

/** How to follow and to end a training. */
export interface TrainOptions {
  /** Called after each epoch. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Ends the training at once; `train` then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Trains a network in a process of its own, on `request.threads` cores.
 *
 * @throws {NetworkError} INVALID_REQUEST, INVALID_WEIGHTS, TRAINING_DIVERGED, TENSORFLOW_UNAVAILABLE, COMPUTATION_FAILED, or
 *   PROCESS_ENDED when the process dies
 */
export async function train(request: TrainingRequest, options: TrainOptions = {}): Promise<TrainedNetwork> {
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  checkTrainingRequest(request);
  const child = startProcess<TrainingRequest, TrainingReply>('training');
  const { promise, resolve, reject } = Promise.withResolvers<TrainedNetwork>();
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  child.onEnd = reject;
  child.onReply = (reply) => {
    if (reply.type === 'progress') onProgress?.(reply.progress);
    else if (reply.type === 'trained') resolve(reply.network);
    else reject(new NetworkError(reply.reason, reply.message));
  };
  child.send(request);
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
    child.kill();
  }
}
