import { setTimeout as delay } from 'node:timers/promises';
import { RpcError } from '@spectrawl/grpc';

/** milliseconds between two tries of a call */
const PAUSE = 100;

/** Calls as a program makes them that does not give up: again, with the same request id, until they are answered. */
export class Persistence {
  #again = 0;

  /** How often a call had to be made again. */
  get again(): number {
    return this.#again;
  }

  /** Makes a call until it is answered. A refusal is an answer: it has a reason, and a second call would have it, too. */
  async of<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof RpcError) || (error.reason !== undefined && !PASSING.has(error.reason))) throw error;
        this.#again += 1;
        await delay(PAUSE);
      }
    }
  }
}

/** Refusals that time mends. */
const PASSING = new Set<string>(['STOPPING', 'POOL_BUSY']);
