import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FEATURE_COUNT, FEATURE_WAVELENGTHS } from './feature-grid.ts';
import { extractFeatures, ONDREJOV_BLUR_SIGMA, PREPROCESSING_VERSION, preprocessingFor } from './preprocessing.ts';
import { NO_METADATA } from './spectrum.ts';
import type { Spectrum } from './spectrum.ts';
import { airToVacuum } from './wavelength.ts';

/** A spectrum of evenly spaced pixels from 6400 Å, 1 Å apart unless told. */
function spectrum(fields: Partial<Spectrum> & { pixels?: number; step?: number } = {}): Spectrum {
  const { pixels = 500, step = 1, ...rest } = fields;
  const wavelength = Float64Array.from({ length: pixels }, (_, i) => 6400 + i * step);
  const flux = wavelength.map((at) => 1 + 5 * Math.exp(-0.5 * ((at - 6564.6) / 3) ** 2));
  return { id: 'made', survey: 'lamost', medium: 'vacuum', wavelength, flux, metadata: NO_METADATA, ...rest };
}

const refusal = (reason: string) =>
  expect.objectContaining({ name: 'UnusableInput', reason, where: { spectrum: 'made' } });

test('the grid has 140 even steps from 6519 to 6732 Å', () => {
  expect(FEATURE_WAVELENGTHS).toHaveLength(FEATURE_COUNT);
  expect(FEATURE_WAVELENGTHS[0]).toBe(6519);
  expect(FEATURE_WAVELENGTHS[139]).toBe(6732);
  expect(FEATURE_WAVELENGTHS[1]! - FEATURE_WAVELENGTHS[0]!).toBeCloseTo(213 / 139, 10);
});

test('features reach from -1 to 1, with the peak where the line is', () => {
  const features = extractFeatures(spectrum());
  expect(Math.min(...features)).toBe(-1);
  expect(Math.max(...features)).toBe(1);
  const peak = features.indexOf(1);
  expect(Math.abs(FEATURE_WAVELENGTHS[peak]! - 6564.6)).toBeLessThan(1);
});

test('features do not depend on the unit and the zero of the flux', () => {
  const plain = extractFeatures(spectrum());
  fc.assert(
    fc.property(
      fc.double({ min: 1e-17, max: 1e6, noNaN: true }),
      fc.double({ min: -10, max: 10, noNaN: true }),
      (unit, zero) => {
        const { flux } = spectrum();
        const features = extractFeatures(spectrum({ flux: flux.map((value) => (value + zero) * unit) }));
        features.forEach((value, i) => expect(value).toBeCloseTo(plain[i]!, 5));
      },
    ),
  );
});

test('wavelengths in air are moved to vacuum', () => {
  const air = spectrum({ medium: 'air' });
  const vacuum = spectrum({ wavelength: air.wavelength.map(airToVacuum) });
  expect(extractFeatures(air)).toEqual(extractFeatures(vacuum));
});

test('only Ondřejov is blurred, and blurring the pixels that count is blurring all of them', () => {
  expect(preprocessingFor('ondrejov')).toEqual({ blurSigma: ONDREJOV_BLUR_SIGMA });
  for (const survey of ['lamost', 'sdss', 'indo-us', 'bess', 'other'] as const) {
    expect(preprocessingFor(survey)).toEqual({ blurSigma: 0 });
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 6500, max: 6519 }),
      fc.integer({ min: 6732, max: 6760 }),
      fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 40, maxLength: 40 }),
      (begin, end, noise) => {
        const wavelength = Float64Array.from({ length: end - begin + 1 }, (_, i) => begin + i);
        const flux = wavelength.map((_, i) => noise[i % noise.length]! + i / 100);
        const made = spectrum({ survey: 'ondrejov', wavelength, flux });
        const blurredAll = spectrum({ wavelength, flux: naiveBlur(flux, ONDREJOV_BLUR_SIGMA) });
        const expected = extractFeatures(blurredAll);
        extractFeatures(made).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
      },
    ),
    { numRuns: 20 },
  );
});

function naiveBlur(flux: Float64Array, sigma: number): Float64Array {
  const radius = 4 * sigma;
  return flux.map((_, centre) => {
    let sum = 0;
    let weights = 0;
    for (let k = -radius; k <= radius; k++) {
      const weight = Math.exp(-0.5 * (k / sigma) ** 2);
      sum += weight * flux[Math.min(flux.length - 1, Math.max(0, centre + k))]!;
      weights += weight;
    }
    return sum / weights;
  });
}

describe('what cannot become features', () => {
  test.each([
    ['begins too late', spectrum({ wavelength: spectrum().wavelength.map((at) => at + 150) })],
    ['ends too early', spectrum({ pixels: 300 })],
    ['has no pixels', spectrum({ pixels: 0 })],
    ['has no wavelengths', spectrum({ wavelength: new Float64Array(500).fill(NaN) })],
  ])('a spectrum that %s', (_, made) => {
    expect(() => extractFeatures(made)).toThrowError(refusal('coverage-too-short'));
  });

  test('NaN and infinity in the window, and for Ondřejov where the blur reaches', () => {
    const { flux } = spectrum();
    const at = (index: number, value: number) => flux.map((old, i) => (i === index ? value : old));
    expect(() => extractFeatures(spectrum({ flux: at(200, NaN) }))).toThrowError(refusal('nan-flux'));
    expect(() => extractFeatures(spectrum({ flux: at(119, Infinity) }))).toThrowError(refusal('nan-flux'));
    expect(extractFeatures(spectrum({ flux: at(118, NaN) }))).toHaveLength(FEATURE_COUNT);
    const blurred = spectrum({ survey: 'ondrejov', flux: at(119 - 28, NaN) });
    expect(() => extractFeatures(blurred)).toThrowError(refusal('nan-flux'));
    expect(extractFeatures(spectrum({ survey: 'ondrejov', flux: at(119 - 29, NaN) }))).toHaveLength(FEATURE_COUNT);
  });

  test('flux that is the same everywhere in the window', () => {
    const flux = spectrum().wavelength.map((at) => (at > 6500 && at < 6750 ? 3 : at));
    expect(() => extractFeatures(spectrum({ flux }))).toThrowError(refusal('flat-flux'));
  });

  test('wavelengths that do not ascend', () => {
    const { wavelength } = spectrum();
    const swapped = wavelength.map((at, i) => (i === 200 ? at + 1.5 : at));
    expect(() => extractFeatures(spectrum({ wavelength: swapped }))).toThrowError(refusal('bad-wavelength'));
  });
});

test('the version changes only with the definition: pools made before must still say the same', () => {
  expect(PREPROCESSING_VERSION).toBe('skoda-2020/1-0a2b59a178ae');
});
