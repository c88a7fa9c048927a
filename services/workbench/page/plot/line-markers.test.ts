import { airToVacuum } from '@spectrawl/spectra';
import { expect, it } from 'vitest';
import { HALPHA_LINES, OPTICAL_LINES, TELLURIC_BANDS } from './line-markers.ts';

/** Å in air, from the NIST Atomic Spectra Database; Fraunhofer's B and A for the heads of the bands of oxygen. */
const HALPHA_IN_AIR = [6562.79, 6548.05, 6583.45, 6678.15, 6716.44, 6730.82];
const OPTICAL_IN_AIR = [6562.79, 4861.35, 4340.47, 4101.73, 3933.66, 5006.84, 5875.62, 5889.95, 8542.09, 7771.94];

it('lines stand where NIST has them', () => {
  for (const [lines, air] of [
    [HALPHA_LINES, HALPHA_IN_AIR],
    [OPTICAL_LINES, OPTICAL_IN_AIR],
  ] as const) {
    expect(lines).toHaveLength(air.length);
    // 0.03 Å is a fiftieth of a pixel of LAMOST; the multiplets' mean wavelengths are not known better.
    for (const [at, { wavelength }] of lines.entries())
      expect(Math.abs(wavelength - airToVacuum(air[at]!))).toBeLessThan(0.03);
  }
});

it('bands of the atmosphere begin at their heads, in order, without overlap', () => {
  const heads = TELLURIC_BANDS.filter(({ name }) => name === 'O₂ B' || name === 'O₂ A');
  expect(heads.map(({ from }) => from)).toEqual([
    expect.closeTo(airToVacuum(6867.19), 0),
    expect.closeTo(airToVacuum(7593.7), 0),
  ]);
  for (const [at, { from, to }] of TELLURIC_BANDS.entries()) {
    expect(to).toBeGreaterThan(from);
    expect(from).toBeGreaterThan(TELLURIC_BANDS[at - 1]?.to ?? 0);
  }
});
