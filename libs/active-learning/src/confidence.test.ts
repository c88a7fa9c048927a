import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { python } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { hypergeometricCdf } from './hypergeometric.ts';
import { interval, labelsNeeded, labelsNeededAtRate, lowerBound, upperBound } from './confidence.ts';

interface Golden {
  /** count, trials, confidence, one-sided lower and upper bound, two-sided interval */
  bounds: [number, number, number, number, number, number, number][];
  /** max error, confidence, wrong, labels */
  labelsNeeded: [number, number, number, number][];
  /** count, trials, population, confidence, most of the population that may be such */
  mostMarked: [number, number, number, number, number][];
}

const goldenText = readFileSync(new URL('../test/confidence.golden.json', import.meta.url), 'utf8');
const golden = JSON.parse(goldenText) as Golden;

describe('exact bounds', () => {
  it("equal scipy's within 1e-10", () => {
    const close = (value: number, expected: number): boolean => Math.abs(value - expected) <= 1e-10;
    const off = golden.bounds.filter(([count, trials, confidence, lower, upper, low, high]) => {
      const both = interval(count, trials, confidence);
      return !(
        close(lowerBound(count, trials, confidence), lower) &&
        close(upperBound(count, trials, confidence), upper) &&
        close(both.lower, low) &&
        close(both.upper, high)
      );
    });
    expect(golden.bounds.length).toBeGreaterThan(400);
    expect(off).toEqual([]);
  });

  it('are tested against what the golden script prints today', async () => {
    const printed = await python(new URL('../test/confidence.golden.py', import.meta.url));
    expect(JSON.parse(printed)).toEqual(golden);
  });

  it('hold for every proportion: the simulated coverage is at least the confidence', () => {
    for (const [trials, p, confidence] of [
      [30, 0.08, 0.95],
      [100, 0.01, 0.95],
      [45, 0.065, 0.9],
    ] as const) {
      let cumulative = 0;
      let covered = 0;
      let probability = (1 - p) ** trials;
      for (let count = 0; count <= trials; count++) {
        if (upperBound(count, trials, confidence) >= p) covered += probability;
        cumulative += probability;
        probability *= ((trials - count) / (count + 1)) * (p / (1 - p));
      }
      expect(cumulative).toBeCloseTo(1, 10);
      expect(covered).toBeGreaterThanOrEqual(confidence);
    }
  });

  it('enclose the point estimate and widen with confidence', () => {
    const proportion = fc
      .integer({ min: 1, max: 5000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(proportion, fc.double({ min: 0.5, max: 0.99, noNaN: true }), ([count, trials], confidence) => {
        const { lower, upper } = interval(count, trials, confidence);
        expect(lower).toBeLessThanOrEqual(count / trials);
        expect(upper).toBeGreaterThanOrEqual(count / trials);
        expect(upperBound(count, trials, 0.995)).toBeGreaterThanOrEqual(upperBound(count, trials, confidence));
        expect(lowerBound(count, trials, confidence)).toBeCloseTo(
          1 - upperBound(trials - count, trials, confidence),
          9,
        );
      }),
    );
  });

  it('give the numbers quoted of Škoda et al. 2020', () => {
    expect(1 - upperBound(8, 100, 0.95)).toBeCloseTo(0.86, 3);
    expect(1 - upperBound(0, 30, 0.95)).toBeCloseTo(0.905, 3);
  });

  it.each([
    [3, 2, 0.95, '3 of 2 is no proportion'],
    [-1, 2, 0.95, 'count must be an integer of at least 0, not -1'],
    [0, 1.5, 0.95, 'trials must be an integer'],
    [0, 1, 0, 'confidence must lie between 0 and 1'],
    [0, 1, 1, 'confidence must lie'],
    [0, 1, Number.NaN, 'confidence must lie'],
  ])('refuse %d of %d at %d', (count, trials, confidence, message) => {
    expect(() => upperBound(count, trials, confidence)).toThrow(message);
    expect(() => lowerBound(count, trials, confidence)).toThrow(message);
  });

  it('say nothing without trials', () => {
    expect(interval(0, 0, 0.95)).toEqual({ lower: 0, upper: 1 });
  });
});

describe('exact bounds of a finite population', () => {
  it("equal a search with scipy's hypergeometric distribution", () => {
    const off = golden.mostMarked.filter(
      ([count, trials, population, confidence, most]) =>
        upperBound(count, trials, confidence, population) !== most / population ||
        lowerBound(trials - count, trials, confidence, population) !== 1 - most / population,
    );
    expect(golden.mostMarked.length).toBeGreaterThan(100);
    expect(off).toEqual([]);
  });

  it('hold for every population: the coverage is at least the confidence', () => {
    for (const [trials, marked, population] of [
      [30, 6, 80],
      [10, 1, 12],
      [50, 40, 90],
    ] as const) {
      let covered = 0;
      for (let count = 0; count <= Math.min(trials, marked); count++) {
        const probability =
          hypergeometricCdf(count, trials, marked, population) -
          hypergeometricCdf(count - 1, trials, marked, population);
        if (upperBound(count, trials, 0.95, population) >= marked / population) covered += probability;
      }
      expect(covered).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('are not above those of an endless supply where less than half were such, and the truth once all are tried', () => {
    const draws = fc
      .integer({ min: 1, max: 300 })
      .chain((population) =>
        fc
          .integer({ min: 1, max: population })
          .chain((trials) =>
            fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials), fc.constant(population)),
          ),
      );
    fc.assert(
      fc.property(draws, ([count, trials, population]) => {
        // Beyond half of them a hypergeometric tail may be the heavier one: 5 of 6 out of 235. Then less than one of all is added.
        const added = count <= (trials - 1) / 2 ? 0 : 1 / population;
        expect(upperBound(count, trials, 0.95, population)).toBeLessThanOrEqual(
          upperBound(count, trials, 0.95) + added + 1e-12,
        );
        expect(upperBound(count, trials, 0.95, trials)).toBe(count / trials);
        expect(interval(count, trials, 0.95, trials).lower).toBeCloseTo(count / trials, 12);
      }),
    );
  });

  it('approach those of an endless supply', () => {
    expect(upperBound(3, 117, 0.95, 100_000_000)).toBeCloseTo(upperBound(3, 117, 0.95), 6);
  });

  it('need no more labels than there are', () => {
    expect(labelsNeeded(0.065, 0.95, 0, 1_000_000)).toBe(45);
    expect(labelsNeeded(0.065, 0.95, 0, 60)).toBeLessThan(45);
    expect(labelsNeeded(0.065, 0.95, 1, 16)).toBe(16);
    expect(labelsNeeded(0.065, 0.95, 1, 15)).toBe(Infinity);
    expect(labelsNeededAtRate(0.065, 0.95, 1, 30, 60)).toBeLessThanOrEqual(60);
  });

  it('refuse more trials than there are', () => {
    expect(() => upperBound(0, 10, 0.95, 9)).toThrow('population must be an integer of at least 10, not 9');
  });
});

describe('labels needed', () => {
  it.each([
    [0, 45],
    [1, 72],
    [3, 117],
    [5, 159],
    [10, 258],
  ])('with %d wrong, to certify an error of 0.065 at 0.95, are %d', (wrong, labels) => {
    expect(labelsNeeded(0.065, 0.95, wrong)).toBe(labels);
  });

  it("equal a search with scipy's bounds", () => {
    for (const [maxError, confidence, wrong, labels] of golden.labelsNeeded)
      expect([maxError, confidence, wrong, labelsNeeded(maxError, confidence, wrong)]).toEqual([
        maxError,
        confidence,
        wrong,
        labels,
      ]);
  });

  it('at the present rate are the first number that certifies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 100, max: 400 }),
        fc.double({ min: 0.1, max: 0.2, noNaN: true }),
        (wrong, answered, maxError) => {
          let labels = answered;
          while (upperBound(Math.ceil((labels * wrong) / answered), labels, 0.95) > maxError) labels++;
          expect(labelsNeededAtRate(maxError, 0.95, wrong, answered)).toBe(labels);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('at a rate that is too high are without end', () => {
    expect(labelsNeededAtRate(0.065, 0.95, 10, 100)).toBe(Infinity);
    expect(labelsNeededAtRate(0.065, 0.95, 64_999, 1_000_000)).toBe(Infinity);
    expect(labelsNeeded(1e-8, 0.95)).toBe(Infinity);
  });

  it('at no errors so far are those of no errors', () => {
    expect(labelsNeededAtRate(0.065, 0.95, 0, 30)).toBe(45);
    expect(labelsNeededAtRate(0.065, 0.95, 0, 60)).toBe(60);
  });
});
