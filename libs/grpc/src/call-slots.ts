import type { Limits } from './limits.ts';
import { ServiceError } from './service-error.ts';

/** Counts what a server works on, and refuses more than it can take. */
export class CallSlots {
  readonly #free: { calls: number; streams: number };

  constructor({ maxCalls, maxStreams }: Pick<Limits, 'maxCalls' | 'maxStreams'>) {
    this.#free = { calls: maxCalls, streams: maxStreams };
  }

  /** @returns what gives the slot back @throws {ServiceError} TOO_MANY_CALLS */
  take(kind: 'calls' | 'streams'): () => void {
    if (this.#free[kind] === 0) {
      throw new ServiceError(
        'TOO_MANY_CALLS',
        `the server works on as many ${kind} as it takes on at a time: call again later, or raise its limits`,
      );
    }
    this.#free[kind] -= 1;
    let taken = true;
    return () => {
      if (taken) this.#free[kind] += 1;
      taken = false;
    };
  }
}
