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

/** milliseconds for which services that were there may be away: as long as a restart of a whole deployment may take */
const PATIENCE = 600_000;

/** Waits out a connection that was lost: services that have answered once come back. */
export class Reconnection {
  readonly #backoff = new Backoff();
  #hasAnswered = false;
  #lostSince: number | undefined;

  /** To be told of every answer. */
  answered(): void {
    this.#hasAnswered = true;
    this.#lostSince = undefined;
    this.#backoff.reset();
  }

  /**
   * To be told of every failure: waits, ever longer, before the next attempt.
   * @throws the failure, when it is another one than a lost connection, when there never was one, or when it is lost for too long;
   *   the signal's reason when it aborts
   */
  async afterFailure(error: unknown, signal?: AbortSignal, onWait?: (error: RpcError) => void): Promise<void> {
    signal?.throwIfAborted();
    // A server that cuts calls to end in time says that they were cancelled.
    const isCut = error instanceof RpcError && error.code === status.CANCELLED;
    if (!(isCut || isConnectionLoss(error)) || !this.#hasAnswered) throw error;
    this.#lostSince ??= performance.now();
    if (performance.now() - this.#lostSince > PATIENCE) throw error;
    onWait?.(error);
    await this.#backoff.wait(signal);
  }
}
