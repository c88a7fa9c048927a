import { describe, expect, test } from 'vitest';
import { delayAfter, retryPolicy } from './retry.ts';

describe('a retry policy', () => {
  test('waits twice as long after each attempt, up to its maximum', () => {
    const policy = retryPolicy({ initialDelay: 100, maximumDelay: 1000 });
    expect([1, 2, 3, 4, 5, 6].map((attempt) => delayAfter(policy, attempt))).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect(delayAfter(policy, 100_000)).toBe(1000);
  });

  test('survives by default a dependency that is away for a minute', () => {
    const policy = retryPolicy();
    const waits = Array.from({ length: policy.attempts - 1 }, (_, i) => delayAfter(policy, i + 1));
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(60_000);
  });

  test.each([{ attempts: 0 }, { attempts: Number.NaN }, { initialDelay: -1 }, { initialDelay: 50, maximumDelay: 10 }])(
    'is refused as %j',
    (partial) => {
      expect(() => retryPolicy(partial)).toThrow(RangeError);
    },
  );
});
