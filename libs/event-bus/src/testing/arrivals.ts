/** Collects what arrives, and lets a test wait until enough has. */
export class Arrivals<T> {
  readonly all: T[] = [];
  readonly #waiting = new Set<{ met: (all: readonly T[]) => boolean; resolve: () => void }>();

  add(arrival: T): void {
    this.all.push(arrival);
    for (const waiter of this.#waiting) {
      if (!waiter.met(this.all)) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  /** Resolves with all arrivals once `met` holds for them. */
  async until(met: (all: readonly T[]) => boolean): Promise<readonly T[]> {
    if (!met(this.all)) await new Promise<void>((resolve) => this.#waiting.add({ met, resolve }));
    return this.all;
  }

  count(count: number): Promise<readonly T[]> {
    return this.until((all) => all.length >= count);
  }
}
