import { ServiceError } from './service-error.ts';

/**
 * Streams whose answers take much memory until they are read. A server bounds how many streams there are of all kinds; these would
 * fill its memory by then, if nobody read them.
 */
export class BoundedStreams {
  readonly #most: number;
  readonly #what: string;
  #open = 0;

  /** @param most so many at a time @param what they are, as `exports` */
  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  /** A stream that counts from when it is first read until its end. @throws {ServiceError} TOO_MANY_CALLS */
  async *open<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    if (this.#open >= this.#most) {
      throw new ServiceError(
        'TOO_MANY_CALLS',
        `${this.#open} ${this.#what} are being read, which are as many as fit into memory: call again later`,
      );
    }
    this.#open += 1;
    try {
      yield* source;
    } finally {
      this.#open -= 1;
    }
  }
}
