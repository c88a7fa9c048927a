import fc from 'fast-check';
import { expect, test } from 'vitest';
import { airToVacuum, vacuumWavelength } from './wavelength.ts';

test('Hα is at 6562.79 Å in air and at 6564.60 Å in vacuum', () => {
  // NIST Atomic Spectra Database, the strongest component of Hα: 6562.79 Å (air), 6564.60 Å (vacuum).
  expect(airToVacuum(6562.79)).toBeCloseTo(6564.6, 2);
});

test('vacuum wavelengths are longer by about 2.8 parts in ten thousand, and stay in order', () => {
  fc.assert(
    fc.property(fc.double({ min: 3000, max: 10_000, noNaN: true }), (air) => {
      expect(airToVacuum(air) / air - 1).toBeGreaterThan(2.7e-4);
      expect(airToVacuum(air) / air - 1).toBeLessThan(3e-4);
      expect(airToVacuum(air + 0.01)).toBeGreaterThan(airToVacuum(air));
    }),
  );
});

test('only wavelengths in air are converted', () => {
  const wavelength = Float64Array.of(6562.79);
  expect(vacuumWavelength({ wavelength, medium: 'vacuum' })).toEqual(wavelength);
  expect(vacuumWavelength({ wavelength, medium: 'air' })[0]).toBe(airToVacuum(6562.79));
});
