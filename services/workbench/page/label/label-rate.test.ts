import { expect, it } from 'vitest';
import { labelsPerMinute } from './label-rate.ts';

it('counts the answers of the last minutes', () => {
  expect(labelsPerMinute([], 0)).toBeUndefined();
  expect(labelsPerMinute([0], 60_000)).toBeUndefined();
  expect(labelsPerMinute([0, 5_000, 10_000], 10_000)).toBe(12);
  // What lies more than five minutes back does not count.
  expect(labelsPerMinute([0, 600_000, 630_000], 660_000)).toBe(1);
});
