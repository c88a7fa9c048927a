/** Lets a few do their work at a time, first come, first served. */
export class Turns {
  readonly #atOnce: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #whenIdle: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Does the work when its turn comes. @throws the signal's reason where it is aborted before */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#underWay >= this.#atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay++;
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else if (--this.#underWay === 0) this.#whenIdle.splice(0).forEach((resolve) => resolve());
    }
  }

  /** Resolves when nobody works. */
  async idle(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }
}
