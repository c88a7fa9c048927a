import { pad } from './columns.ts';

/** Prints a table row by row, as the rows come. */
export class RowPrinter {
  readonly #stdout: NodeJS.WritableStream;
  #widths: number[] | undefined;

  constructor(stdout: NodeJS.WritableStream) {
    this.#stdout = stdout;
  }

  /** The header comes before the first row. Cells wider than the header and than the first row shift the rest of their line. */
  print(header: readonly string[], cells: readonly (string | number)[]): void {
    if (!this.#widths) {
      this.#widths = header.map((name, at) => Math.max(name.length, String(cells[at] ?? '').length));
      this.#line(header);
    }
    this.#line(cells);
  }

  #line(cells: readonly (string | number)[]): void {
    const text = cells.map((cell, at) => pad(String(cell), this.#widths?.[at] ?? 0, true)).join('  ');
    this.#stdout.write(`${text}\n`);
  }
}
