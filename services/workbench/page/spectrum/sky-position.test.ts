import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayOf, degrees, hourAngle } from './sky-position.ts';

it('positions are written as LAMOST names its objects by them', () => {
  // LAMOST J061345.91+243813.8
  expect(hourAngle(93.441292)).toBe('06 13 45.91');
  expect(degrees(24.637181)).toBe('+24 38 13.9');
  expect(degrees(-0.5)).toBe('−00 30 00.0');
});

it('no part is ever sixty, no right ascension 24 hours', () => {
  expect(hourAngle(359.999999)).toBe('00 00 00.00');
  expect(degrees(29.9999999)).toBe('+30 00 00.0');
  fc.assert(
    fc.property(fc.double({ min: 0, max: 360, noNaN: true }), (ra) => {
      const [hours = 0, minutes = 0, seconds = 0] = hourAngle(ra).split(' ').map(Number);
      expect([hours < 24, minutes < 60, seconds < 60]).toEqual([true, true, true]);
      const back = 15 * (hours + minutes / 60 + seconds / 3600);
      expect(Math.min(Math.abs(back - ra), 360 - Math.abs(back - ra))).toBeLessThan(0.0001);
    }),
  );
});

it('days are those of the calendar', () => {
  expect(dayOf(51544)).toBe('2000-01-01');
  expect(dayOf(56621.9)).toBe('2013-11-25');
});
