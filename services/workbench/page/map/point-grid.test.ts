import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PointGrid } from './point-grid.ts';

const coordinate = fc.double({ min: -1, max: 1, noNaN: true }).map(Math.fround);
const points = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 200 });
const place = fc.record({
  x: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
  y: fc.double({ min: -1.5, max: 1.5, noNaN: true }),
});
const even = (point: number): boolean => point % 2 === 0;

const gridOf = (all: readonly (readonly [number, number])[]): PointGrid =>
  new PointGrid(
    Float32Array.from(all, ([x]) => x),
    Float32Array.from(all, ([, y]) => y),
  );

it('the nearest point is that of a plain search', () => {
  fc.assert(
    fc.property(points, place, fc.double({ min: 0.001, max: 3, noNaN: true }), (all, from, radius) => {
      const squares = all.map(([x, y]) => (x - from.x) ** 2 + (y - from.y) ** 2);
      const near = squares
        .map((_, point) => point)
        .filter((point) => even(point) && squares[point]! <= radius * radius);
      const least = Math.min(...near.map((point) => squares[point]!));
      const found = gridOf(all).nearest(from, radius, even);
      expect(found).toBe(near.findLast((point) => squares[point] === least));
    }),
  );
});

it('a closed line holds what a rectangle or a triangle holds', () => {
  fc.assert(
    fc.property(points, place, place, (all, one, other) => {
      const [left, right] = [Math.min(one.x, other.x), Math.max(one.x, other.x)];
      const [bottom, top] = [Math.min(one.y, other.y), Math.max(one.y, other.y)];
      const corners = [
        { x: left, y: bottom },
        { x: right, y: bottom },
        { x: right, y: top },
        { x: left, y: top },
      ];
      const found = gridOf(all).inside(corners, () => true);
      const isOnEdge = ([x, y]: readonly [number, number]): boolean =>
        x === left || x === right || y === bottom || y === top;
      const expected = all.flatMap((at, point) =>
        !isOnEdge(at) && at[0] > left && at[0] < right && at[1] > bottom && at[1] < top ? [point] : [],
      );
      expect(found.filter((point) => !isOnEdge(all[point]!))).toEqual(expected);
    }),
  );
});

it('a line of two places holds nothing', () => {
  const line = [
    { x: -1, y: -1 },
    { x: 1, y: 1 },
  ];
  expect(gridOf([[0, 0]]).inside(line, () => true)).toEqual([]);
});
