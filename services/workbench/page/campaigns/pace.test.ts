import { describe, expect, it } from 'vitest';
import { observe, paceOf, type Observation } from './pace.ts';

const watch = (counts: readonly [seconds: number, done: number][]): Observation[] =>
  counts.reduce<Observation[]>((seen, [seconds, done]) => observe(seen, { time: seconds * 1000, done }), []);

describe('the pace of scoring', () => {
  it('is not known from one look', () => {
    expect(paceOf(watch([[0, 12]]), 32)).toBeUndefined();
  });

  it('is not known while nothing moves', () => {
    const still = watch([
      [0, 12],
      [5, 12],
    ]);
    expect(paceOf(still, 32)).toBeUndefined();
  });

  it('says the rate and what is left', () => {
    const seen = watch([
      [0, 0],
      [10, 5],
      [20, 8],
    ]);
    expect(paceOf(seen, 32)).toEqual({ rate: 0.4, secondsLeft: 60 });
  });

  it('forgets what lies more than a minute back', () => {
    const slowThenFast = watch([
      [0, 0],
      [600, 1],
      [640, 41],
      [660, 61],
    ]);
    expect(paceOf(slowThenFast, 61)).toEqual({ rate: 1, secondsLeft: 0 });
  });

  it('begins anew with another run', () => {
    const seen = watch([
      [0, 30],
      [10, 32],
      [20, 1],
      [30, 3],
    ]);
    expect(seen).toHaveLength(2);
    expect(paceOf(seen, 32)?.rate).toBeCloseTo(0.2);
  });
});
