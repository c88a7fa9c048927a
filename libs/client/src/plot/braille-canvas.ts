/** Dots of a braille character: two columns, four rows. */
const CELL_COLUMNS = 2;
const CELL_ROWS = 4;
/** The empty character of Unicode's block of braille patterns. */
const EMPTY = 0x2800;
/** Bits of the dots of a character, by row and column (Unicode 1.1, block Braille Patterns). */
const DOT_BITS = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;

/** A bitmap of 2 × 4 dots a character. Dot (0, 0) is the upper left one; what is drawn outside is cut off. */
export class BrailleCanvas {
  /** Size in dots. */
  readonly width: number;
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  /** @param columns width in characters; @param rows height in characters */
  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.width = columns * CELL_COLUMNS;
    this.height = rows * CELL_ROWS;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Sets the dot that a point lies in. */
  dot(x: number, y: number): void {
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (!(column >= 0 && column < this.width && row >= 0 && row < this.height)) return;
    const cell = Math.floor(row / CELL_ROWS) * this.#columns + Math.floor(column / CELL_COLUMNS);
    this.#cells[cell]! |= DOT_BITS[row % CELL_ROWS]![column % CELL_COLUMNS]!;
  }

  /** Sets the dots between two points, ends included. */
  line(x0: number, y0: number, x1: number, y1: number): void {
    const ends = this.#cut(x0, y0, x1, y1);
    if (!ends) return;
    const [startX, startY, endX, endY] = ends;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(endX - startX), Math.abs(endY - startY))));
    for (let step = 0; step <= steps; step++) {
      this.dot(startX + ((endX - startX) * step) / steps, startY + ((endY - startY) * step) / steps);
    }
  }

  /** The characters, row by row; those without a dot are spaces. */
  rows(): string[] {
    const rows: string[] = [];
    for (let start = 0; start < this.#cells.length; start += this.#columns) {
      const cells = this.#cells.subarray(start, start + this.#columns);
      rows.push(Array.from(cells, (dots) => (dots === 0 ? ' ' : String.fromCodePoint(EMPTY + dots))).join(''));
    }
    return rows;
  }

  /** The part of a line that lies on the canvas (Liang & Barsky 1984, ACM TOG 3, 1); undefined when there is none. */
  #cut(x0: number, y0: number, x1: number, y1: number): [number, number, number, number] | undefined {
    let from = 0;
    let to = 1;
    for (const [direction, distance] of [
      [x0 - x1, x0],
      [x1 - x0, this.width - x0],
      [y0 - y1, y0],
      [y1 - y0, this.height - y0],
    ] as const) {
      if (direction === 0) {
        if (distance < 0) return undefined;
      } else if (direction < 0) {
        from = Math.max(from, distance / direction);
      } else {
        to = Math.min(to, distance / direction);
      }
    }
    if (!(from <= to)) return undefined;
    const at = (start: number, end: number, share: number): number => start + (end - start) * share;
    return [at(x0, x1, from), at(y0, y1, from), at(x0, x1, to), at(y0, y1, to)];
  }
}
