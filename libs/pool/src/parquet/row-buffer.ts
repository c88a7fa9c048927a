import type { TableSchema } from './schema.ts';

/** Rows that wait for their row group to fill. */
export class RowBuffer {
  readonly #widths: Map<string, number>;
  readonly #capacity: number;
  #columns: Map<string, unknown[] | Float32Array>;
  #rows = 0;

  /** Holds up to `capacity` rows. */
  constructor(schema: TableSchema, capacity: number) {
    this.#capacity = capacity;
    this.#widths = new Map(Object.entries(schema).map(([name, c]) => [name, c.kind === 'dense' ? c.width : 0]));
    this.#columns = this.#empty();
  }

  get rows(): number {
    return this.#rows;
  }

  /** Copies rows [start, end). */
  push(rows: Readonly<Record<string, unknown>>, start: number, end: number): void {
    for (const [name, column] of this.#columns) {
      const width = this.#widths.get(name)!;
      if (column instanceof Float32Array) {
        column.set((rows[name] as Float32Array).subarray(start * width, end * width), this.#rows * width);
      } else {
        const values = rows[name] as ArrayLike<unknown>;
        for (let i = start; i < end; i++) column.push(values[i]);
      }
    }
    this.#rows += end - start;
  }

  /** The rows held, which the buffer then forgets. */
  take(): { columns: Record<string, unknown>; count: number } {
    const count = this.#rows;
    const columns = Object.fromEntries(this.#columns);
    this.#columns = this.#empty();
    this.#rows = 0;
    return { columns, count };
  }

  #empty(): Map<string, unknown[] | Float32Array> {
    return new Map(
      [...this.#widths].map(([name, width]) => [name, width ? new Float32Array(width * this.#capacity) : []]),
    );
  }
}
