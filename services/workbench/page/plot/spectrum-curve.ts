import { FEATURE_WAVELENGTHS, vacuumWavelength, type Medium } from '@spectrawl/spectra';
import type { Spectrum } from '@spectrawl/contracts';

/** What is drawn of a spectrum. */
export interface SpectrumCurve {
  /** Å in vacuum, increasing. */
  wavelength: Float64Array;
  /** The survey's unit; NaN where there is none. */
  flux: Float64Array;
  /** One standard deviation; NaN where the survey trusts the pixel with nothing; absent where it states no errors. */
  uncertainty?: Float64Array;
  /** What the network sees: -1 to 1 at `FEATURE_WAVELENGTHS`. */
  features: readonly number[];
}

/** A stretch of a spectrum, in Å in vacuum. */
export interface Stretch {
  from: number;
  to: number;
}

/** The curve of a spectrum as the service hands it out, its wavelengths brought to vacuum. */
export function curveOf(
  spectrum: Pick<Spectrum, 'wavelength' | 'flux' | 'features' | 'medium' | 'uncertainty'>,
): SpectrumCurve {
  const { wavelength, features, medium, uncertainty } = spectrum;
  const flux = Float64Array.from(spectrum.flux);
  const isStated = uncertainty.length === flux.length;
  // A flux of exactly zero without an error is no measurement: pipelines fill gaps so.
  if (isStated)
    for (let at = 0; at < flux.length; at++) if (flux[at] === 0 && Number.isNaN(uncertainty[at])) flux[at] = Number.NaN;
  return {
    wavelength: vacuumWavelength({ wavelength: Float64Array.from(wavelength), medium: medium as Medium }),
    flux,
    ...(isStated && { uncertainty: Float64Array.from(uncertainty) }),
    features,
  };
}

/** Index of the first wavelength that is not below `at`; the length if all are. */
export function firstAtOrAbove(wavelength: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = wavelength.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (wavelength[middle]! < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Indices of the pixels within a stretch: from the first up to, and without, the second. */
export function pixelsWithin(wavelength: ArrayLike<number>, { from, to }: Stretch): [number, number] {
  const first = firstAtOrAbove(wavelength, from);
  let end = firstAtOrAbove(wavelength, to);
  while (end < wavelength.length && wavelength[end] === to) end++;
  return [first, end];
}

/** Share of the height that is left free above and below a curve, for the names of lines. */
const MARGIN = { above: 0.16, below: 0.06 };

/**
 * The range of flux to show, with room around it.
 * @param flux values in order of wavelength; those that are not finite don't count
 * @param cut share of values at either end that may lie off the plot: cosmic rays, and the noisy ends of a spectrum
 */
export function fluxRange(flux: ArrayLike<number>, [first, end]: readonly [number, number], cut = 0): [number, number] {
  const values: number[] = [];
  for (let pixel = first; pixel < end; pixel++) if (Number.isFinite(flux[pixel])) values.push(flux[pixel]!);
  if (values.length === 0) return [0, 1];
  const sorted = Float64Array.from(values).sort();
  const skipped = Math.floor(cut * (sorted.length - 1));
  const low = sorted[skipped]!;
  const high = sorted[sorted.length - 1 - skipped]!;
  const height = high - low || Math.abs(high) || 1;
  return [low - MARGIN.below * height, high + MARGIN.above * height];
}

/**
 * The features on the scale of the flux: the network sees each spectrum stretched to -1…1 (and, where the survey is finer than the archive,
 * blurred), so that its curve is the flux but for a factor and an offset; those are found by least squares.
 * @returns NaN everywhere where there is no flux to lay it over
 */
export function featuresAsFlux({ wavelength, flux, features }: SpectrumCurve): Float64Array {
  let count = 0;
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (const [at, x] of features.entries()) {
    const y = fluxAt(wavelength, flux, FEATURE_WAVELENGTHS[at]!);
    if (!Number.isFinite(y)) continue;
    count += 1;
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const factor = (count * sumXY - sumX * sumY) / (count * sumXX - sumX * sumX);
  const offset = (sumY - factor * sumX) / count;
  return Float64Array.from(features, (value) => offset + factor * value);
}

/** The flux between two pixels, by linear interpolation; NaN outside of the spectrum. */
function fluxAt(wavelength: Float64Array, flux: Float64Array, at: number): number {
  const right = firstAtOrAbove(wavelength, at);
  if (right >= wavelength.length) return Number.NaN;
  if (wavelength[right] === at) return flux[right]!;
  if (right === 0) return Number.NaN;
  const [from, to] = [wavelength[right - 1]!, wavelength[right]!];
  return flux[right - 1]! + ((at - from) / (to - from)) * (flux[right]! - flux[right - 1]!);
}

/**
 * The stretches whose pixels the survey trusts with nothing, in Å: half a pixel around each run of them.
 * @returns empty where it states no errors
 */
export function maskedStretches({ wavelength, flux, uncertainty }: SpectrumCurve): Stretch[] {
  const stretches: Stretch[] = [];
  const isMasked = (pixel: number): boolean =>
    !Number.isFinite(flux[pixel]) || (uncertainty !== undefined && !Number.isFinite(uncertainty[pixel]));
  for (let pixel = 0; pixel < flux.length; pixel++) {
    if (!isMasked(pixel)) continue;
    const first = pixel;
    while (pixel + 1 < flux.length && isMasked(pixel + 1)) pixel++;
    const middle = (a: number, b: number): number => (wavelength[a]! + wavelength[b]!) / 2;
    stretches.push({
      from: middle(Math.max(0, first - 1), first),
      to: middle(pixel, Math.min(flux.length - 1, pixel + 1)),
    });
  }
  return stretches;
}
