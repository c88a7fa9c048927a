import { expect, it } from 'vitest';
import { dopplerVelocity } from './doppler-velocity.ts';

it('is zero at Hα, negative to the blue, and 45.7 km/s an ångström', () => {
  expect(dopplerVelocity(6564.61)).toBe(0);
  expect(dopplerVelocity(6563.61)).toBeCloseTo(-45.67, 2);
});
