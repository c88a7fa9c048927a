import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../test/random-numbers.ts';
import { kMeans } from './k-means.ts';

describe('k-means', () => {
  it('separates well separated groups', () => {
    const random = randomNumbers(1);
    const points = Array.from({ length: 90 }, (_, i) => Float32Array.from([(i % 3) * 100 + random(), random()]));
    expect(kMeans(points, 3, 7)).toEqual(points.map((_, i) => i % 3));
  });

  it('numbers clusters from 0 in the order of their first points, whatever the points', () => {
    const point = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), fc.nat(), (pairs, k, seed) => {
        const points = pairs.map((pair) => Float32Array.from(pair));
        const assigned = kMeans(points, k, seed);
        expect(assigned).toHaveLength(points.length);
        const order = [...new Set(assigned)];
        expect(order).toEqual(order.map((_, at) => at));
        expect(order.length).toBeLessThanOrEqual(k);
        expect(kMeans(points, k, seed)).toEqual(assigned);
      }),
    );
  });
});
