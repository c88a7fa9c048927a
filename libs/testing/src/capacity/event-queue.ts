/** A binary heap of things due at a time; equal times come out in the order in which they went in. */
export class EventQueue<T> {
  readonly #heap: { at: number; order: number; event: T }[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one is due; Infinity where there is none. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  push(at: number, event: T): void {
    const heap = this.#heap;
    heap.push({ at, order: this.#added, event });
    this.#added += 1;
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (this.#before(parent, child)) break;
      this.#swap(parent, child);
      child = parent;
    }
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.event;
    heap[0] = last;
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < heap.length && this.#before(child, least)) least = child;
      }
      if (least === parent) return first.event;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #before(one: number, other: number): boolean {
    const [a, b] = [this.#heap[one]!, this.#heap[other]!];
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  #swap(one: number, other: number): void {
    [this.#heap[one], this.#heap[other]] = [this.#heap[other]!, this.#heap[one]!];
  }
}
