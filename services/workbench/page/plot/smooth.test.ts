import fc from 'fast-check';
import { expect, it } from 'vitest';
import { smooth, SMOOTHING_WIDTHS, stepSmoothing } from './smooth.ts';

it('takes the mean of the pixels around each one, fewer at the ends', () => {
  expect(Array.from(smooth([0, 3, 6, 9, 0], 3))).toEqual([1.5, 3, 6, 5, 4.5]);
});

it('leaves out pixels without a value', () => {
  expect(Array.from(smooth([1, NaN, 3, 5], 3))).toEqual([1, NaN, 4, 4]);
});

it('changes nothing at width 1', () => {
  expect(Array.from(smooth([1, NaN, 3], 1))).toEqual([1, NaN, 3]);
});

it('is the mean that its definition says', () => {
  const flux = fc.array(fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constant(NaN)), { maxLength: 60 });
  fc.assert(
    fc.property(flux, fc.constantFrom(...SMOOTHING_WIDTHS), (values, width) => {
      const reach = (width - 1) / 2;
      const means = values.map((value, at) => {
        const near = values.slice(Math.max(0, at - reach), at + reach + 1).filter(Number.isFinite);
        return Number.isNaN(value) ? NaN : near.reduce((sum, it) => sum + it, 0) / near.length;
      });
      const others = Array.from(smooth(values, width)).filter(
        (mean, at) => !Object.is(mean, means[at]) && !(Math.abs(mean - means[at]!) < 1e-6),
      );
      expect(others).toEqual([]);
    }),
  );
});

it('widths lead up and down and stop at the ends', () => {
  expect(stepSmoothing(1, 1)).toBe(3);
  expect(stepSmoothing(9, 1)).toBe(13);
  expect(stepSmoothing(13, -1)).toBe(9);
  expect(stepSmoothing(1, -1)).toBe(1);
  expect(stepSmoothing(25, 1)).toBe(25);
});
