import { describe, expect, it } from 'vitest';
import { bytes, duration, grouped, percentage, rate } from './words.ts';

describe('words for numbers', () => {
  it.each([
    [0, '0 %'],
    [0.065, '6.5 %'],
    [0.95, '95 %'],
    [0.00042, '0.042 %'],
    [1, '100 %'],
  ])('percentage %d', (fraction, text) => expect(percentage(fraction)).toBe(text));

  it.each([
    [0.42, '0.4 s'],
    [9.97, '10 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [86_400, '1 d'],
    [93_600, '1 d 2 h'],
  ])('duration %d', (seconds, text) => expect(duration(seconds)).toBe(text));

  it.each([
    [999, '999'],
    [4_136_482n, '4\u2009136\u2009482'],
  ])('grouped %d', (count, text) => expect(grouped(count)).toBe(text));

  it.each([
    [0.4189, '0.42'],
    [38.4, '38'],
    [41_236, '41\u2009200'],
  ])('rate %d', (value, text) => expect(rate(value)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999_600, '1.0 MB'],
    [1_430_000, '1.4 MB'],
    [143_000_000n, '143 MB'],
  ])('bytes %d', (amount, text) => expect(bytes(amount)).toBe(text));
});
