import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smooth } from './smooth.ts';
import { sparkline } from './sparkline.ts';

describe('the running mean', () => {
  it('takes the pixels on both sides that there are', () => {
    expect([...smooth([3, 6, 9, 12], 3)]).toEqual([4.5, 6, 9, 10.5]);
    expect([...smooth([3, NaN, 9, 12], 3)]).toEqual([3, NaN, 10.5, 10.5]);
  });

  it('changes nothing over one pixel, and stays within the values over more', () => {
    const flux = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(flux, fc.constantFrom(3, 5, 31), (values, width) => {
        expect([...smooth(values, 1)]).toEqual(values);
        const slack = 1e-6;
        for (const value of smooth(values, width)) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + slack);
        }
      }),
    );
  });
});

describe('the sparkline', () => {
  it('runs from the least to the greatest value', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([2, 2])).toBe('▁▁');
    expect(sparkline([])).toBe('');
  });

  it('takes means where there are more values than room', () => {
    expect(sparkline([0, 2, 7, 9], 2)).toBe('▁█');
    expect(sparkline(Array.from({ length: 1000 }, (_, at) => at))).toHaveLength(60);
  });
});
