import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { balanceBySmote, SMOTE_NEIGHBOURS } from './smote.ts';
import type { TrainingSet } from './training-set.ts';

const WIDTH = 3;

/** Sets of up to three classes, some of them rare or absent. */
const trainingSets = fc
  .array(
    fc.record({
      label: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
      row: fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: WIDTH, maxLength: WIDTH }),
      weight: fc.constantFrom(1, 3),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows): TrainingSet => ({
    features: Float32Array.from(rows.flatMap(({ row }) => row)),
    classes: Uint8Array.from(rows, ({ label }) => label),
    exampleWeights: Float32Array.from(rows, ({ weight }) => weight),
  }));
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const rowAt = (features: Float32Array, row: number): number[] => [...features.subarray(row * WIDTH, (row + 1) * WIDTH)];
const distance = (one: number[], other: number[]): number => Math.hypot(...one.map((value, i) => value - other[i]!));

const countsOf = (classes: Uint8Array): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
};

test('every class present is filled up to the largest, and the rows given stay in their place', () => {
  fc.assert(
    fc.property(trainingSets, seeds, (given, seed) => {
      const balanced = balanceBySmote(given, WIDTH, seededRandom(seed, 'SMOTE'));
      const before = countsOf(given.classes);
      const largest = Math.max(...before.values());
      expect(countsOf(balanced.classes)).toEqual(new Map([...before.keys()].map((label) => [label, largest])));
      expect(balanced.features.subarray(0, given.features.length)).toEqual(given.features);
      expect(balanced.classes.subarray(0, given.classes.length)).toEqual(given.classes);
      expect(balanced.exampleWeights.subarray(0, given.classes.length)).toEqual(given.exampleWeights);
      expect(balanced.features).toHaveLength(balanced.classes.length * WIDTH);
    }),
  );
});

test('a new row lies on the segment between a row of its class and one of its nearest neighbours', () => {
  fc.assert(
    fc.property(trainingSets, seeds, (given, seed) => {
      const balanced = balanceBySmote(given, WIDTH, seededRandom(seed, 'SMOTE'));
      for (let made = given.classes.length; made < balanced.classes.length; made++) {
        const label = balanced.classes[made];
        const rows = [...given.classes.keys()].filter((row) => given.classes[row] === label);
        const point = rowAt(balanced.features, made);
        const weight = balanced.exampleWeights[made]!;
        const parents = rows.flatMap((row) => {
          const from = rowAt(given.features, row);
          const others = rows.filter((other) => other !== row);
          const distances = others.map((other) => distance(from, rowAt(given.features, other))).sort((a, b) => a - b);
          // Ties at the last place: any of the equally near may be a neighbour.
          const reach = distances[Math.min(SMOTE_NEIGHBOURS, others.length) - 1] ?? 0;
          const near = others.filter((other) => distance(from, rowAt(given.features, other)) <= reach + 1e-6);
          return (near.length > 0 ? near : [row]).map((other) => [row, other] as const);
        });
        const onSegment = parents.some(([row, other]) => {
          const [from, to] = [rowAt(given.features, row), rowAt(given.features, other)];
          const detour = distance(from, point) + distance(point, to) - distance(from, to);
          const [low, high] = [given.exampleWeights[row]!, given.exampleWeights[other]!].sort((a, b) => a - b);
          return detour < 1e-5 && weight >= low! - 1e-6 && weight <= high! + 1e-6;
        });
        expect(onSegment, `row ${made} of class ${label}: ${point.join()}`).toBe(true);
      }
    }),
  );
});

test('the same seed gives the same rows', () => {
  fc.assert(
    fc.property(trainingSets, seeds, (given, seed) => {
      const balanced = (): TrainingSet => balanceBySmote(given, WIDTH, seededRandom(seed, 'SMOTE'));
      expect(balanced()).toEqual(balanced());
    }),
  );
});

test('new rows are spread evenly over the parents and along the segments', () => {
  // Class 1 has two rows, at 0 and 1: each new row is a uniform number between them.
  const given = {
    features: Float32Array.from([...Array<number>(1002).fill(5), 0, 1]),
    classes: Uint8Array.from([...Array<number>(1002).fill(0), 1, 1]),
    exampleWeights: new Float32Array(1004).fill(1),
  };
  const made = balanceBySmote(given, 1, seededRandom(1, 'SMOTE')).features.subarray(1004).toSorted();
  expect(made).toHaveLength(1000);
  // Kolmogorov and Smirnov: 1.63 / √n is exceeded once in a hundred times; the seed is fixed.
  const apart = made.reduce((most, value, i) => Math.max(most, Math.abs(value - (i + 0.5) / 1000)), 0);
  expect(apart).toBeLessThan(1.63 / Math.sqrt(1000));
});
