import type { MapPlace } from './viewport.ts';

/** Cells along a side: some ten points each where there are 100,000. */
const CELLS = 100;

/** Finds points by place without looking at all of them. */
export class PointGrid {
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  /** Points by cell, and where each cell's begin. */
  readonly #points: Uint32Array;
  readonly #starts: Uint32Array;

  constructor(x: Float32Array, y: Float32Array) {
    this.#x = x;
    this.#y = y;
    const cells = Uint32Array.from(x, (_, point) => cellAt(y[point]!) * CELLS + cellAt(x[point]!));
    this.#starts = new Uint32Array(CELLS * CELLS + 1);
    for (const cell of cells) this.#starts[cell + 1]! += 1;
    for (let cell = 0; cell < CELLS * CELLS; cell++) this.#starts[cell + 1]! += this.#starts[cell]!;
    const next = this.#starts.slice();
    this.#points = new Uint32Array(x.length);
    for (const [point, cell] of cells.entries()) this.#points[next[cell]!++] = point;
  }

  /** The nearest point within a radius that counts, of equally near ones the last. */
  nearest(place: MapPlace, radius: number, counts: (point: number) => boolean): number | undefined {
    let best = radius * radius;
    let found: number | undefined;
    this.#within(place.x - radius, place.y - radius, place.x + radius, place.y + radius, (point) => {
      const square = (this.#x[point]! - place.x) ** 2 + (this.#y[point]! - place.y) ** 2;
      if (square > best || (square === best && found !== undefined && point < found) || !counts(point)) return;
      best = square;
      found = point;
    });
    return found;
  }

  /** The points inside a closed line, by rising number. */
  inside(line: readonly MapPlace[], counts: (point: number) => boolean): number[] {
    if (line.length < 3) return [];
    const found: number[] = [];
    const xs = line.map(({ x }) => x);
    const ys = line.map(({ y }) => y);
    this.#within(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (point) => {
      if (counts(point) && isInside(line, this.#x[point]!, this.#y[point]!)) found.push(point);
    });
    return found.sort((a, b) => a - b);
  }

  #within(left: number, bottom: number, right: number, top: number, visit: (point: number) => void): void {
    for (let row = cellAt(bottom); row <= cellAt(top); row++) {
      const from = this.#starts[row * CELLS + cellAt(left)]!;
      const to = this.#starts[row * CELLS + cellAt(right) + 1]!;
      for (let at = from; at < to; at++) visit(this.#points[at]!);
    }
  }
}

/** The cell of a coordinate from −1 to 1; what lies outside is in the outermost one. */
function cellAt(coordinate: number): number {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(((coordinate + 1) / 2) * CELLS)));
}

/** By the number of sides that a ray to the right crosses. */
function isInside(line: readonly MapPlace[], x: number, y: number): boolean {
  let inside = false;
  let before = line.at(-1)!;
  for (const corner of line) {
    const crosses = corner.y > y !== before.y > y;
    if (crosses && x < ((before.x - corner.x) * (y - corner.y)) / (before.y - corner.y) + corner.x) inside = !inside;
    before = corner;
  }
  return inside;
}
