import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partitionOf } from './partition-of.ts';

test('a key always has the same partition, one of those that there are', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 1000 }), (key, partitions) => {
      const partition = partitionOf(key, partitions);
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      expect(partitionOf(key, partitions)).toBe(partition);
    }),
  );
});

test('stays what it is: events of a key that lie in a partition must be followed there by the next', () => {
  expect(['', 'a', 'campaign-1', 'Ondřejov'].map((key) => partitionOf(key, 16))).toEqual([12, 4, 6, 11]);
});

test.each([4, 16])('keys that count up spread evenly over %i partitions', (partitions) => {
  const counts = new Array<number>(partitions).fill(0);
  for (let i = 0; i < 1000 * partitions; i++) {
    const partition = partitionOf(`pools/demo/shards/part-${i}`, partitions);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  // 1000 expected in each; a fair draw strays by more than 20 % about once in 10^9.
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(200);
});

test('the parts of a whole are dealt out: each partition gets as many as the next, give or take one', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 64 }),
      (whole, parts, partitions) => {
        const counts = new Array<number>(partitions).fill(0);
        for (let part = 0; part < parts; part++) counts[partitionOf(`${whole}/${part}`, partitions)]! += 1;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      },
    ),
  );
});
