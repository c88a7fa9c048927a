import { expect, it } from 'vitest';
import { thumbnailPath } from './thumbnail-path.ts';

it('fills its place from the least value at the bottom to the greatest at the top', () => {
  expect(thumbnailPath([0, 10, 5], 102, 52, 1)).toEqual([
    [1, 51],
    [51, 1],
    [101, 26],
  ]);
});

it('leaves out what is no number, and draws a flat spectrum in the middle', () => {
  expect(thumbnailPath([3, NaN, 3], 100, 50, 0)).toEqual([
    [0, 25],
    [100, 25],
  ]);
  expect(thumbnailPath([], 100, 50)).toEqual([]);
});
