/** Collects what arrives, such as events, and lets a test wait until enough has. */
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

  /** Resolves with the first arrival for which `is` holds. */
  async first(is: (arrival: T) => boolean): Promise<T> {
    await this.until((all) => all.some(is));
    return this.all.find(is)!;
  }
}
