import { describe, expect, it } from 'vitest';
import { nearest, steppedTo } from './use-picked.ts';

describe('points of a chart', () => {
  it('are picked by the pointer nearest to them', () => {
    expect(nearest([10, 20, 40], 31)).toBe(2);
    expect(nearest([10, 20, 40], -5)).toBe(0);
    expect(nearest([], 3)).toBeUndefined();
  });

  it.each([
    ['ArrowLeft', undefined, 4],
    ['ArrowRight', undefined, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowRight', 2, 3],
    ['Home', 3, 0],
    ['End', 1, 4],
    ['Tab', 1, undefined],
  ])('%s from %s leads to %s', (key, from, to) => {
    expect(steppedTo(key, from, 4)).toBe(to);
  });
});
