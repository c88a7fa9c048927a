import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusionOf, measureAgreement } from './agreement.ts';
import { ActiveLearningError } from './errors.ts';

/** Fleiss, Cohen & Everitt (1969), table 1 with n = 200: two judges, three diagnoses. */
const FLEISS_1969 = [106, 10, 4, 22, 28, 10, 2, 12, 6];

/** Matrices with kappa, its standard error and its interval, as statsmodels 0.15.0 and, for the value, scikit-learn 1.9.1 give them. */
const JUDGED: [confusion: number[], value: number, standardError: number, lower: number, upper: number][] = [
  [FLEISS_1969, 0.4285714285714285, 0.05371100486916735, 0.32329979345440496, 0.533843063688452],
  [[20, 5, 10, 15], 0.3999999999999999, 0.12699606293110033, 0.151092290476661, 0.6489077095233389],
  [[0, 4, 1, 0, 8, 0, 0, 1, 5], 0.48416289592760187, 0.1380135783058146, 0.21366125307070666, 0.754664538784497],
  [
    [412, 9, 3, 6, 7, 61, 12, 5, 1, 8, 230, 9, 4, 2, 6, 25],
    0.851150098070378,
    0.016082075230435266,
    0.8196298098220611,
    0.8826703863186949,
  ],
];

const anyConfusion = fc
  .integer({ min: 2, max: 5 })
  .chain((categories) => fc.array(fc.nat(30), { minLength: categories ** 2, maxLength: categories ** 2 }));

/** Kappa of shares, straight from its definition. */
function kappaOf(shares: readonly number[]): number {
  const categories = Math.sqrt(shares.length);
  const sum = shares.reduce((total, share) => total + share, 0);
  let agreed = 0;
  let chance = 0;
  for (let one = 0; one < categories; one++) {
    const of = (cell: (other: number) => number): number =>
      shares.reduce((total, _, other) => (other < categories ? total + shares[cell(other)]! / sum : total), 0);
    agreed += shares[one * categories + one]! / sum;
    chance += of((other) => one * categories + other) * of((other) => other * categories + one);
  }
  return (agreed - chance) / (1 - chance);
}

/** The large-sample error of a function of multinomial shares by the delta method, with numerical derivatives. */
function deltaMethodError(counts: readonly number[]): number {
  const questions = counts.reduce((total, count) => total + count, 0);
  const shares = counts.map((count) => count / questions);
  const step = 1e-6;
  const gradient = shares.map((_, cell) => {
    const moved = (by: number): number => kappaOf(shares.map((share, at) => (at === cell ? share + by : share)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
  const mean = shares.reduce((total, share, at) => total + share * gradient[at]!, 0);
  const square = shares.reduce((total, share, at) => total + share * gradient[at]! ** 2, 0);
  return Math.sqrt(Math.max(0, square - mean ** 2) / questions);
}

describe('agreement', () => {
  it('is what Fleiss, Cohen & Everitt found for their example', () => {
    const { questions, equal, kappa } = measureAgreement(FLEISS_1969);
    expect([questions, equal]).toEqual([200, 140]);
    expect(kappa?.value).toBeCloseTo(0.429, 3);
    expect(kappa!.standardError ** 2).toBeCloseTo(0.002885, 5);
  });

  it.each(JUDGED)(
    'of %j is what statsmodels and scikit-learn compute',
    (confusion, value, standardError, lower, upper) => {
      const { kappa } = measureAgreement(confusion);
      expect(kappa?.value).toBeCloseTo(value, 12);
      expect(kappa?.standardError).toBeCloseTo(standardError, 12);
      expect(kappa?.interval.lower).toBeCloseTo(lower, 12);
      expect(kappa?.interval.upper).toBeCloseTo(upper, 12);
    },
  );

  it('has the error that the delta method gives', () => {
    fc.assert(
      fc.property(anyConfusion, (confusion) => {
        const { kappa } = measureAgreement(confusion);
        if (kappa === undefined) return;
        fc.pre(kappa.standardError > 1e-3);
        expect(kappa.value).toBeCloseTo(kappaOf(confusion), 9);
        expect(kappa.standardError / deltaMethodError(confusion)).toBeCloseTo(1, 3);
      }),
    );
  });

  it('does not depend on who comes first, nor on the order of the categories', () => {
    fc.assert(
      fc.property(anyConfusion, (confusion) => {
        const categories = Math.sqrt(confusion.length);
        const moved = (cell: (row: number, column: number) => number): number[] =>
          confusion.map((_, at) => confusion[cell(Math.floor(at / categories), at % categories)]!);
        const { kappa } = measureAgreement(confusion);
        const others = [
          measureAgreement(moved((row, column) => column * categories + row)),
          measureAgreement(moved((row, column) => (categories - 1 - row) * categories + categories - 1 - column)),
        ];
        for (const other of others) {
          expect(other.kappa === undefined).toBe(kappa === undefined);
          expect(other.kappa?.value ?? 0).toBeCloseTo(kappa?.value ?? 0, 10);
          expect(other.kappa?.standardError ?? 0).toBeCloseTo(kappa?.standardError ?? 0, 6);
        }
      }),
    );
  });

  it('is 1 without an error where all answers are equal, and nothing where chance explains them', () => {
    expect(measureAgreement([7, 0, 0, 3])).toEqual({
      questions: 10,
      equal: 10,
      kappa: { value: 1, standardError: 0, interval: { lower: 1, upper: 1 } },
    });
    expect(measureAgreement([9, 0, 0, 0])).toEqual({ questions: 9, equal: 9, kappa: undefined });
    expect(measureAgreement([0, 0, 0, 0])).toEqual({ questions: 0, equal: 0, kappa: undefined });
  });

  it('counts pairs, the first answer in the rows', () => {
    const pairs = [
      [0, 1],
      [2, 2],
      [0, 1],
    ] as const;
    expect([...confusionOf(pairs, 3)]).toEqual([0, 2, 0, 0, 0, 0, 0, 0, 1]);
  });

  it.each([[[1, 2, 3]], [[]], [[1, -1, 0, 0]], [[0.5, 1, 1, 1]]])('refuses %j', (counts) => {
    expect(() => measureAgreement(counts)).toThrow(ActiveLearningError);
  });

  it.each([
    [0, 2],
    [-1, 0],
    [0.5, 0],
  ])('refuses the pair %d, %d of two categories', (first, second) => {
    expect(() => confusionOf([[first, second]], 2)).toThrow('are not both of 2 categories');
  });
});
