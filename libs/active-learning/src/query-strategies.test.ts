import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QUERY_STRATEGY_NAMES, queryValues } from './query-strategies.ts';

const one = (...probabilities: number[]) => ({
  ids: ['a'],
  probabilities: Float32Array.from(probabilities),
  classCount: probabilities.length,
  seed: 1,
});

describe('query strategies', () => {
  it('give the values of their formulas', () => {
    const scored = one(0.5, 0.25, 0.25);
    expect(queryValues('entropy', scored)[0]).toBeCloseTo(1.5 * Math.LN2, 12);
    expect(queryValues('least-confidence', scored)[0]).toBe(0.5);
    expect(queryValues('margin', scored)[0]).toBe(0.75);
  });

  it.each([
    ['entropy', Math.LN2],
    ['least-confidence', 0.5],
    ['margin', 1],
  ] as const)('%s is largest for a tie and smallest for a certainty', (strategy, largest) => {
    expect(queryValues(strategy, one(0.5, 0.5))[0]).toBeCloseTo(largest, 12);
    expect(queryValues(strategy, one(0, 1, 0))[0]).toBe(0);
    expect(queryValues(strategy, one(1, 0, 0))[0]).toBe(0);
  });

  it('ranks a flat three-class row by entropy above, by margin level with a tie of two', () => {
    const scored = {
      ids: ['flat', 'tie'],
      probabilities: Float32Array.from([1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0]),
      classCount: 3,
      seed: 1,
    };
    const [flat = 0, tie = 0] = queryValues('entropy', scored);
    expect(flat).toBeGreaterThan(tie);
    expect([...queryValues('margin', scored)]).toEqual([1, 1]);
  });

  it('stay finite and not negative for any float32 distribution', () => {
    const weight = fc.oneof(fc.constantFrom(0, 1, 1e-45, 1e-20), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.array(weight, { minLength: 2, maxLength: 6 }), (weights) => {
        const sum = weights.reduce((a, b) => a + b, 0);
        fc.pre(sum > 0);
        const scored = one(...weights.map((w) => w / sum));
        for (const strategy of QUERY_STRATEGY_NAMES) {
          const [value = Number.NaN] = queryValues(strategy, scored);
          expect(value).toBeGreaterThanOrEqual(-1e-6);
          expect(value).toBeLessThanOrEqual(Math.log(weights.length) + 1 + 1e-6);
        }
      }),
    );
  });

  it('random ranks by seed and id, whatever the probabilities', () => {
    const scored = { ids: ['a', 'b'], probabilities: Float32Array.from([1, 0, 0.5, 0.5]), classCount: 2, seed: 5 };
    const swapped = { ...scored, ids: ['b', 'a'] };
    const values = queryValues('random', scored);
    expect([...queryValues('random', swapped)]).toEqual([...values].toReversed());
    expect(queryValues('random', { ...scored, seed: 6 })).not.toEqual(values);
  });

  it('refuse probabilities that are not rows × classes', () => {
    expect(() => queryValues('margin', { ...one(0.5, 0.5), ids: ['a', 'b'] })).toThrow('need 4 probabilities, not 2');
  });
});
