import { airToVacuum, extractFeatures, FEATURE_WAVELENGTHS, NO_METADATA } from '@spectrawl/spectra';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  curveOf,
  featuresAsFlux,
  firstAtOrAbove,
  fluxRange,
  maskedStretches,
  pixelsWithin,
  type SpectrumCurve,
} from './spectrum-curve.ts';

const grid = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step);

describe('a curve', () => {
  it('stands at vacuum wavelengths, whatever the survey uses', () => {
    const message = { flux: [1, 2], features: [], uncertainty: [], wavelength: [6562.79, 6563] };
    expect(curveOf({ ...message, medium: 'air' }).wavelength[0]).toBeCloseTo(airToVacuum(6562.79), 6);
    expect(curveOf({ ...message, medium: 'vacuum' }).wavelength[0]).toBe(6562.79);
  });

  it('has gaps where pipelines fill in zeros', () => {
    const message = { flux: [1, 0, 0], features: [], wavelength: [1, 2, 3], medium: 'vacuum' };
    expect(Array.from(curveOf({ ...message, uncertainty: [1, NaN, 1] }).flux)).toEqual([1, NaN, 0]);
    expect(Array.from(curveOf({ ...message, uncertainty: [] }).flux)).toEqual([1, 0, 0]);
  });

  it('has errors only where the survey states them', () => {
    const message = { flux: [1, 2], features: [], wavelength: [1, 2], medium: 'vacuum' };
    expect(curveOf({ ...message, uncertainty: [] })).not.toHaveProperty('uncertainty');
    expect(Array.from(curveOf({ ...message, uncertainty: [0.5, NaN] }).uncertainty ?? [])).toEqual([0.5, NaN]);
  });
});

describe('the pixels of a stretch', () => {
  it('are those within it, both ends counted', () => {
    expect(pixelsWithin([1, 2, 3, 4], { from: 2, to: 3 })).toEqual([1, 3]);
    expect(pixelsWithin([1, 2, 3, 4], { from: 2.5, to: 9 })).toEqual([2, 4]);
    expect(pixelsWithin([], { from: 1, to: 2 })).toEqual([0, 0]);
  });

  it('are found as a search from the left finds them', () => {
    const ascending = fc.uniqueArray(fc.integer({ min: 0, max: 99 })).map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, fc.integer({ min: -1, max: 100 }), (wavelength, at) => {
        const found = wavelength.findIndex((it) => it >= at);
        expect(firstAtOrAbove(wavelength, at)).toBe(found < 0 ? wavelength.length : found);
      }),
    );
  });
});

describe('the range of flux', () => {
  it('holds every value, with room for the names of lines above', () => {
    const [low, high] = fluxRange([5, 1, NaN, 2], [0, 4]);
    expect(low).toBeLessThan(1);
    expect(high - 5).toBeGreaterThan(1 - low);
  });

  it('lets cosmic rays leave the plot where asked to', () => {
    const flux = grid(0, 1, 0.001);
    flux[500] = 1e6;
    expect(fluxRange(flux, [0, flux.length], 0.005)[1]).toBeLessThan(2);
    expect(fluxRange(flux, [0, flux.length])[1]).toBeGreaterThan(1e6);
  });

  it('is a range for a flat spectrum and for none', () => {
    expect(fluxRange([], [0, 0])).toEqual([0, 1]);
    const [low, high] = fluxRange([3, 3], [0, 2]);
    expect(high).toBeGreaterThan(low);
  });
});

it('the features lie on the flux that they were made of', () => {
  const wavelength = Float64Array.from(grid(6400, 6900, 0.7));
  const flux = wavelength.map((at) => 100 + at / 100 + 40 * Math.exp(-0.5 * ((at - 6564.61) / 6) ** 2));
  const spectrum = { wavelength, flux, medium: 'vacuum' as const, survey: 'lamost' as const, id: 'x', source: 'x' };
  const features = Array.from(extractFeatures({ ...spectrum, metadata: NO_METADATA }));
  for (const [at, value] of featuresAsFlux({ wavelength, flux, features }).entries()) {
    const near = flux[firstAtOrAbove(wavelength, FEATURE_WAVELENGTHS[at]!)]!;
    // Of a line 40 high: between two pixels of its flank it changes by 3.
    expect(Math.abs(value - near)).toBeLessThan(3);
  }
});

it('pixels that the survey trusts with nothing are found as stretches', () => {
  const curve: SpectrumCurve = {
    wavelength: Float64Array.of(1, 2, 3, 4, 5, 6),
    flux: Float64Array.of(1, 1, 1, NaN, 1, 1),
    uncertainty: Float64Array.of(NaN, 1, NaN, 1, 1, NaN),
    features: [],
  };
  expect(maskedStretches(curve)).toEqual([
    { from: 1, to: 1.5 },
    { from: 2.5, to: 4.5 },
    { from: 5.5, to: 6 },
  ]);
});
