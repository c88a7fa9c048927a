import { createHash } from 'node:crypto';
import { FEATURE_COUNT, FEATURE_GRID, FEATURE_RANGE, FEATURE_WAVELENGTHS } from './feature-grid.ts';
import type { Spectrum, Survey } from './spectrum.ts';
import { UnusableInput } from './unusable-input.ts';
import { toVacuum } from './wavelength.ts';

/** Standard deviation in pixels of the Gaussian that brings Ondřejov spectra to LAMOST's resolution (Škoda, Podsztavek & Tvrdík 2020). */
export const ONDREJOV_BLUR_SIGMA = 7;

/** The Gaussian is cut at so many standard deviations, as scipy.ndimage.gaussian_filter1d does. */
const BLUR_TRUNCATE = 4;

/** How the spectra of a survey become features. */
export interface Preprocessing {
  /** Standard deviation in pixels of the Gaussian blur; 0 for none. */
  readonly blurSigma: number;
}

const BLUR_SIGMA: Readonly<Record<Survey, number>> = {
  ondrejov: ONDREJOV_BLUR_SIGMA,
  lamost: 0,
  sdss: 0,
  'indo-us': 0,
  bess: 0,
  other: 0,
};

/** The preprocessing of a survey's spectra: only Ondřejov's are finer than the archive and are blurred. */
export function preprocessingFor(survey: Survey): Preprocessing {
  return { blurSigma: BLUR_SIGMA[survey] };
}

/** All that decides the features of a spectrum, for pools to record. */
export const PREPROCESSING_DEFINITION = {
  method: 'skoda-2020',
  revision: 1,
  grid: FEATURE_GRID,
  medium: 'vacuum',
  airToVacuum: 'VALD',
  blurSigma: BLUR_SIGMA,
  blurTruncate: BLUR_TRUNCATE,
  blurEdges: 'nearest',
  interpolation: 'linear',
  scaling: FEATURE_RANGE,
} as const;

/** Names {@link PREPROCESSING_DEFINITION}: equal versions make equal features. */
export const PREPROCESSING_VERSION = `${PREPROCESSING_DEFINITION.method}/${PREPROCESSING_DEFINITION.revision}-${createHash(
  'sha256',
)
  .update(JSON.stringify(PREPROCESSING_DEFINITION))
  .digest('hex')
  .slice(0, 12)}`;

/**
 * The features of a spectrum: wavelengths to vacuum, flux blurred where the survey is finer than the archive,
 * interpolated linearly to {@link FEATURE_GRID} and scaled to {@link FEATURE_RANGE}.
 * @returns {@link FEATURE_COUNT} numbers from -1 to 1
 * @throws UnusableInput 'coverage-too-short', 'bad-wavelength', 'nan-flux' or 'flat-flux'
 */
export function extractFeatures(
  spectrum: Spectrum,
  preprocessing: Preprocessing = preprocessingFor(spectrum.survey),
): Float32Array {
  const window = findWindow(spectrum);
  const flux = windowFlux(spectrum, window, preprocessing.blurSigma);
  return scale(interpolate(window.wavelength, flux), spectrum);
}

/** The pixels that the grid needs. */
interface Window {
  /** Index of the first pixel in the spectrum. */
  readonly first: number;
  /** Their vacuum wavelengths in Å, strictly ascending. */
  readonly wavelength: Float64Array;
}

function findWindow(spectrum: Spectrum): Window {
  const { wavelength, medium } = spectrum;
  const last = wavelength.length - 1;
  const begin = toVacuum(wavelength[0] ?? NaN, medium);
  const end = toVacuum(wavelength[last] ?? NaN, medium);
  if (!(begin <= FEATURE_GRID.from && end >= FEATURE_GRID.to)) {
    const needed = `${FEATURE_GRID.from} to ${FEATURE_GRID.to} Å`;
    const message = Number.isNaN(begin + end)
      ? `Its wavelengths are no numbers, and ${needed} (vacuum) are needed`
      : `It covers ${begin.toFixed(1)} to ${end.toFixed(1)} Å, and ${needed} (vacuum) are needed`;
    throw unusable('coverage-too-short', message, spectrum);
  }
  const first = lastNotAbove(wavelength, medium, FEATURE_GRID.from);
  const before = lastNotAbove(wavelength, medium, FEATURE_GRID.to);
  const count = Math.min(before + 1, last) - first + 1;
  const vacuum = new Float64Array(Math.max(count, 0));
  for (let i = 0; i < count; i++) {
    vacuum[i] = toVacuum(wavelength[first + i]!, medium);
    if (i > 0 && !(vacuum[i]! > vacuum[i - 1]!)) {
      throw unusable('bad-wavelength', `Wavelengths do not ascend at pixel ${first + i}: sort the pixels`, spectrum);
    }
  }
  if (count < 2 || vacuum[0]! > FEATURE_GRID.from || vacuum[count - 1]! < FEATURE_GRID.to) {
    throw unusable('bad-wavelength', 'Wavelengths do not ascend: sort the pixels', spectrum);
  }
  return { first, wavelength: vacuum };
}

/** Index of the last pixel whose vacuum wavelength is not above a bound, by bisection. */
function lastNotAbove(wavelength: Float64Array, medium: Spectrum['medium'], bound: number): number {
  let low = 0;
  let high = wavelength.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (toVacuum(wavelength[middle]!, medium) <= bound) low = middle;
    else high = middle;
  }
  return low;
}

function windowFlux(spectrum: Spectrum, window: Window, blurSigma: number): Float64Array {
  const { flux } = spectrum;
  const { first } = window;
  const count = window.wavelength.length;
  const weights = gaussianWeights(blurSigma);
  const radius = weights.length - 1;
  const from = Math.max(0, first - radius);
  const to = Math.min(flux.length, first + count + radius);
  for (let pixel = from; pixel < to; pixel++) {
    if (!Number.isFinite(flux[pixel])) {
      const at = spectrum.wavelength[pixel]!.toFixed(1);
      throw unusable('nan-flux', `Flux at ${at} Å (pixel ${pixel}) is ${flux[pixel]}: mend the pixel first`, spectrum);
    }
  }
  if (radius === 0) return flux.subarray(first, first + count);
  const blurred = new Float64Array(count);
  const last = flux.length - 1;
  for (let i = 0; i < count; i++) {
    const centre = first + i;
    let sum = flux[centre]! * weights[0]!;
    // From the outside in, in the order of scipy's loop, so that rounding is the same.
    for (let k = radius; k > 0; k--) {
      sum += (flux[Math.max(0, centre - k)]! + flux[Math.min(last, centre + k)]!) * weights[k]!;
    }
    blurred[i] = sum;
  }
  return blurred;
}

const weightsOfSigma = new Map<number, Float64Array>();

/** Half of a normalised Gaussian from its centre outwards; a single 1 for no blur. */
function gaussianWeights(sigma: number): Float64Array {
  const known = weightsOfSigma.get(sigma);
  if (known !== undefined) return known;
  const radius = Math.floor(BLUR_TRUNCATE * sigma + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, k) =>
    k === 0 ? 1 : Math.exp((-0.5 / sigma ** 2) * k ** 2),
  );
  const sum = weights.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
  const normalised = weights.map((weight) => weight / sum);
  weightsOfSigma.set(sigma, normalised);
  return normalised;
}

function interpolate(wavelength: Float64Array, flux: Float64Array): Float64Array {
  const values = new Float64Array(FEATURE_COUNT);
  let left = 0;
  for (let i = 0; i < FEATURE_COUNT; i++) {
    const at = FEATURE_WAVELENGTHS[i]!;
    while (left < wavelength.length - 2 && wavelength[left + 1]! <= at) left++;
    const slope = (flux[left + 1]! - flux[left]!) / (wavelength[left + 1]! - wavelength[left]!);
    values[i] = slope * (at - wavelength[left]!) + flux[left]!;
  }
  return values;
}

function scale(values: Float64Array, spectrum: Spectrum): Float32Array {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const span = greatest - least;
  if (!(span > 0)) {
    throw unusable('flat-flux', `Flux around Hα is ${least} everywhere: nothing was observed`, spectrum);
  }
  const stretch = (FEATURE_RANGE.to - FEATURE_RANGE.from) / span;
  const features = new Float32Array(FEATURE_COUNT);
  for (let i = 0; i < FEATURE_COUNT; i++) features[i] = (values[i]! - least) * stretch + FEATURE_RANGE.from;
  return features;
}

function unusable(
  reason: 'coverage-too-short' | 'bad-wavelength' | 'nan-flux' | 'flat-flux',
  message: string,
  spectrum: Spectrum,
): UnusableInput {
  return new UnusableInput(reason, message, { spectrum: spectrum.id });
}
