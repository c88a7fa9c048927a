import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classCounts, compareExamples, trainingArrays, type Example, type ExampleOrigin } from './training-set.ts';

const WIDTH = 3;
const CLASS_COUNT = 3;

const anExample: fc.Arbitrary<Example> = fc.record({
  poolId: fc.constantFrom('seed', 'survey', 'survey-2'),
  spectrumId: fc.string({ minLength: 1, maxLength: 4 }),
  classIndex: fc.nat({ max: CLASS_COUNT - 1 }),
  weight: fc.constantFrom(1, 3),
  origin: fc.constantFrom<ExampleOrigin>('seed', 'query', 'choice', 'audit', 'import', 'pool-negative'),
  features: fc.float32Array({ minLength: WIDTH, maxLength: WIDTH, noNaN: true }),
});

const examples = fc.uniqueArray(anExample, {
  selector: ({ poolId, spectrumId }) => `${poolId}\n${spectrumId}`,
  maxLength: 30,
});

describe('the order of a training set', () => {
  it('depends on nothing but what is in it', () => {
    const shuffled = examples.chain((rows) =>
      fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length, maxLength: rows.length })),
    );
    fc.assert(
      fc.property(shuffled, ([rows, others]) => {
        expect(others.toSorted(compareExamples)).toEqual(rows.toSorted(compareExamples));
      }),
    );
  });

  it('is by pool, then by id, by code units', () => {
    const of = (poolId: string, spectrumId: string) => ({ poolId, spectrumId }) as Example;
    const sorted = [of('b', 'a'), of('a', 'ä'), of('a', 'z'), of('a', 'Z')].sort(compareExamples);
    expect(sorted.map(({ poolId, spectrumId }) => `${poolId}/${spectrumId}`)).toEqual(['a/Z', 'a/z', 'a/ä', 'b/a']);
  });
});

describe('the arrays that train', () => {
  it('hold each example once, in order', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const { features, classes, weights } = trainingArrays(rows, WIDTH);
        expect([...features]).toEqual(rows.flatMap((row) => [...row.features]));
        expect([...classes]).toEqual(rows.map(({ classIndex }) => classIndex));
        expect([...weights]).toEqual(rows.map(({ weight }) => weight));
      }),
    );
  });
});

describe('the counts of labelled classes', () => {
  it('sum to the examples without pool negatives', () => {
    fc.assert(
      fc.property(examples, (rows) => {
        const counts = classCounts(rows, CLASS_COUNT);
        expect(counts).toHaveLength(CLASS_COUNT);
        const labelled = rows.filter(({ origin }) => origin !== 'pool-negative');
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(labelled.length);
      }),
    );
  });
});
