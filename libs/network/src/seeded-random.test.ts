import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom, shuffledIndices } from './seeded-random.ts';

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

test('a stream depends on its seed and its purpose', () => {
  const first = (seed: number, purpose: string): number[] => {
    const { uniform } = seededRandom(seed, purpose);
    return Array.from({ length: 4 }, uniform);
  };
  fc.assert(
    fc.property(seeds, seeds, (one, other) => {
      fc.pre(one !== other);
      expect(first(one, 'a')).toEqual(first(one, 'a'));
      expect(first(one, 'a')).not.toEqual(first(one, 'b'));
      expect(first(one, 'a')).not.toEqual(first(other, 'a'));
    }),
  );
});

test('numbers lie in [0, 1), evenly', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const { uniform } = seededRandom(seed, 'test');
      const counts = Array.from({ length: 16 }, () => 0);
      const TOTAL = 16_000;
      for (let i = 0; i < TOTAL; i++) counts[Math.floor(uniform() * 16)]! += 1;
      // χ² with 15 degrees of freedom exceeds 60 once in three million times.
      const expected = TOTAL / 16;
      expect(counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)).toBeLessThan(60);
    }),
    { numRuns: 30 },
  );
});

test('a shuffled order holds every index once', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 0, max: 300 }), (seed, count) => {
      const order = shuffledIndices(seededRandom(seed, 'order'), count);
      expect(order.toSorted()).toEqual(Uint32Array.from({ length: count }, (_, i) => i));
    }),
  );
});
