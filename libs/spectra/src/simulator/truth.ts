import { GRID_COUNT, GRID_WAVELENGTHS, gridRange, HALPHA } from './fine-grid.ts';
import type { ModelLight } from './model-light.ts';
import { smoothedOnGrid } from './resolution.ts';

/** Shapes of Hα that astronomers tell apart (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122), in the order of classes. */
export const LINE_SHAPES = ['absorption', 'single-peak', 'double-peak'] as const;

/** One of {@link LINE_SHAPES}; 'absorption' is everything without visible Hα emission. */
export type LineShape = (typeof LINE_SHAPES)[number];

/** What decides whether a person would see a peak. */
export interface Visibility {
  /** Full width at half maximum of the instrument's resolution, Å. */
  readonly fwhm: number;
  /** Noise per pixel relative to the continuum. */
  readonly relativeNoise: number;
  /** A dip splits the emission if it is at least this fraction of the emission's height deep. */
  readonly visibleDip: number;
}

/** The profile is judged within this distance of Hα, Å. */
const PROFILE_REACH = 60;
/** Peaks farther from Hα than this are not Hα's, Å (1600 km/s). */
const PEAK_REACH = 35;
/** A peak less prominent than this, relative to the continuum, is not seen however quiet the noise. */
const LEAST_PROMINENCE = 0.03;
/** Over the noise of a resolution element, a peak is seen from this many standard deviations on. */
const SIGNIFICANCE = 3;
/** Width over which noise averages out, Å: about a LAMOST pixel. */
const NOISE_WIDTH = 1.5;
/** The dip of faint emission is judged as if it were this high. */
const LEAST_HEIGHT = 0.05;

/**
 * The shape a person would see: the number of prominent peaks of the noise-free Hα profile at the resolution of the
 * instrument. What noise hides, and dips too shallow to be seen, do not count.
 */
export function trueShape(light: ModelLight, visibility: Visibility): LineShape {
  if (!light.hasHalpha) return 'absorption';
  const profile = new Float64Array(GRID_COUNT);
  for (let index = 0; index < GRID_COUNT; index++) {
    profile[index] = 1 + light.halphaAbsorption[index]! + light.halphaEmission[index]!;
  }
  return shapeOfProfile(profile, visibility);
}

/**
 * The shape of an Hα profile.
 * @param profile flux over continuum on the fine grid, before the instrument's smoothing
 */
export function shapeOfProfile(profile: Float64Array, visibility: Visibility): LineShape {
  const { fwhm, relativeNoise, visibleDip } = visibility;
  const [first, end] = gridRange(HALPHA, PROFILE_REACH);
  const seen = smoothedOnGrid(profile, fwhm, first, end);
  const noise = relativeNoise / Math.sqrt(Math.max(1, fwhm / NOISE_WIDTH));
  let peaks = prominentPeaks(seen, Math.max(LEAST_PROMINENCE, SIGNIFICANCE * noise));
  if (peaks.length > 1) {
    const highest = Math.max(...peaks.map(({ index }) => seen[index]!));
    const height = highest - Math.min(1, (seen[0]! + seen.at(-1)!) / 2);
    const leastProminence = visibleDip * Math.max(height, LEAST_HEIGHT);
    peaks = peaks.filter(({ prominence }) => prominence >= leastProminence);
  }
  const ofHalpha = peaks.filter(({ index }) => Math.abs(GRID_WAVELENGTHS[first + index]! - HALPHA) < PEAK_REACH);
  return LINE_SHAPES[Math.min(ofHalpha.length, LINE_SHAPES.length - 1)]!;
}

/** A local maximum, and its height above the higher of the two lowest points that part it from higher ground. */
export interface Peak {
  readonly index: number;
  readonly prominence: number;
}

/** The local maxima of at least the given prominence, in order. A flat top counts once, at its middle. */
export function prominentPeaks(values: Float64Array, leastProminence: number): Peak[] {
  const peaks: Peak[] = [];
  for (let start = 1; start < values.length - 1; start++) {
    const height = values[start]!;
    if (!(values[start - 1]! < height)) continue;
    let last = start;
    while (last < values.length - 1 && values[last + 1] === height) last++;
    if (last === values.length - 1 || values[last + 1]! > height) continue;
    const base = Math.max(lowestTowards(values, start, -1), lowestTowards(values, last, 1));
    const prominence = height - base;
    if (prominence >= leastProminence) peaks.push({ index: (start + last) >> 1, prominence });
  }
  return peaks;
}

/** The lowest value met from a peak on in one direction, until higher ground or the end. */
function lowestTowards(values: Float64Array, peak: number, direction: 1 | -1): number {
  const height = values[peak]!;
  let lowest = height;
  for (let index = peak; index >= 0 && index < values.length && values[index]! <= height; index += direction) {
    if (values[index]! < lowest) lowest = values[index]!;
  }
  return lowest;
}
