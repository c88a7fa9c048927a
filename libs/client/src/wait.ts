import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError, status } from '@spectrawl/grpc';

const FIRST_WAIT = 100;
const LONGEST_WAIT = 2_000;

/** Waits that grow from 0.1 to 2 seconds, for what can't be told by a stream. */
export class Backoff {
  #milliseconds = FIRST_WAIT;

  /** @throws the signal's reason when it aborts */
  async wait(signal?: AbortSignal): Promise<void> {
    const milliseconds = this.#milliseconds;
    this.#milliseconds = Math.min(2 * milliseconds, LONGEST_WAIT);
    try {
      await sleep(milliseconds, undefined, signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  }

  reset(): void {
    this.#milliseconds = FIRST_WAIT;
  }
}

/** Whether a call failed because the other side could not be reached or did not answer: it may be repeated. */
export function isConnectionLoss(error: unknown): error is RpcError {
  return error instanceof RpcError && (error.code === status.UNAVAILABLE || error.code === status.DEADLINE_EXCEEDED);
}
