/** Compares two spectrum ids by their UTF-16 code units, the order of all ties. */
export const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Keeps the `limit` rows of the smallest keys of those offered, ties by id, in a binary heap whose root is the worst row
 * kept: O(log limit) a row, no allocation a row.
 */
export class BestRows {
  readonly #ids: readonly string[];
  readonly #limit: number;
  readonly #rows: Int32Array;
  readonly #keys: Float64Array;
  #size = 0;

  /** @param ids the ids of all rows that may be offered */
  constructor(ids: readonly string[], limit: number) {
    this.#ids = ids;
    this.#limit = Math.min(limit, ids.length);
    this.#rows = new Int32Array(this.#limit);
    this.#keys = new Float64Array(this.#limit);
  }

  offer(row: number, key: number): void {
    if (this.#size < this.#limit) {
      this.#size++;
      this.#rise(this.#size - 1, row, key);
    } else if (this.#limit > 0 && this.#isWorse(0, row, key)) this.#sink(row, key);
  }

  /** The rows kept with their keys, best first. */
  ranked(): { row: number; key: number }[] {
    const kept = Array.from({ length: this.#size }, (_, at) => ({ row: this.#rowAt(at), key: this.#keyAt(at) }));
    return kept.sort((a, b) => a.key - b.key || compareIds(this.#id(a.row), this.#id(b.row)));
  }

  #rowAt(at: number): number {
    return this.#rows[at] ?? 0;
  }

  #keyAt(at: number): number {
    return this.#keys[at] ?? 0;
  }

  #id(row: number): string {
    return this.#ids[row] ?? '';
  }

  /** Whether the row at this place of the heap ranks behind the given one. */
  #isWorse(at: number, row: number, key: number): boolean {
    const other = this.#keyAt(at);
    return other > key || (other === key && this.#id(this.#rowAt(at)) > this.#id(row));
  }

  #put(at: number, row: number, key: number): void {
    this.#rows[at] = row;
    this.#keys[at] = key;
  }

  #rise(at: number, row: number, key: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#isWorse(parent, row, key)) break;
      this.#put(at, this.#rowAt(parent), this.#keyAt(parent));
      at = parent;
    }
    this.#put(at, row, key);
  }

  #sink(row: number, key: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isWorse(child + 1, this.#rowAt(child), this.#keyAt(child))) child++;
      if (!this.#isWorse(child, row, key)) break;
      this.#put(at, this.#rowAt(child), this.#keyAt(child));
      at = child;
    }
    this.#put(at, row, key);
  }
}
