import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrailleCanvas } from './braille-canvas.ts';

const EMPTY = 0x2800;

function dotsOf(rows: readonly string[]): number {
  let dots = 0;
  for (const character of rows.join('').replaceAll(' ', '')) {
    for (let bits = character.codePointAt(0)! - EMPTY; bits > 0; bits &= bits - 1) dots += 1;
  }
  return dots;
}

describe('a braille canvas', () => {
  it('sets the dots that Unicode numbers 1 to 8', () => {
    const canvas = new BrailleCanvas(8, 1);
    const dots = [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [0, 3],
      [1, 3],
    ] as const;
    dots.forEach(([x, y], at) => canvas.dot(2 * at + x, y));
    expect(canvas.rows()).toEqual(['⠁⠂⠄⠈⠐⠠⡀⢀']);
  });

  it('draws lines with both ends', () => {
    const canvas = new BrailleCanvas(3, 2);
    canvas.line(0, 7, 5, 0);
    canvas.line(0, 0, 5, 0);
    expect(canvas.rows()).toEqual(['⠉⡩⠋', '⡔⠁ ']);
  });

  it('shows every dot once, and leaves out those beyond its edges', () => {
    const coordinate = fc.integer({ min: -5, max: 25 });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate)), (points) => {
        const canvas = new BrailleCanvas(10, 4);
        for (const [x, y] of points) canvas.dot(x, y);
        const inside = points.filter(([x, y]) => x >= 0 && x < canvas.width && y >= 0 && y < canvas.height);
        expect(dotsOf(canvas.rows())).toBe(new Set(inside.map(String)).size);
      }),
    );
  });

  it('cuts lines at its edges: what is far outside costs nothing and changes nothing inside', () => {
    const canvas = new BrailleCanvas(5, 1);
    canvas.line(-1e12, 1, 1e12, 1);
    canvas.line(3, -1e9, 3, -5);
    canvas.line(0, Number.NaN, 5, 0);
    expect(canvas.rows()).toEqual(['⠒⠒⠒⠒⠒']);
  });
});
