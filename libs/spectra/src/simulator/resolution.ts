import { GRID_COUNT, GRID_START, GRID_STEP } from './fine-grid.ts';

/** Full width at half maximum of a Gaussian in standard deviations. */
export const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2);

/** An instrument's line-spread function is cut at this many standard deviations (6e-5 of its area). */
export const KERNEL_REACH = 4;

/**
 * Smooths an array of the fine grid with a Gaussian of the given FWHM (Å).
 * @param first first and `end` one past the last point wanted: KERNEL_REACH σ or more inside the grid
 * @returns the smoothed points `first` to `end`
 */
export function smoothedOnGrid(values: Float64Array, fwhm: number, first: number, end: number): Float64Array {
  const sigma = fwhm / FWHM_PER_SIGMA / GRID_STEP;
  const reach = Math.ceil(KERNEL_REACH * sigma);
  const kernel = Float64Array.from({ length: reach + 1 }, (_, k) => Math.exp(-0.5 * (k / sigma) ** 2));
  const sum = kernel.reduce((total, weight, k) => total + (k === 0 ? weight : 2 * weight), 0);
  const smoothed = new Float64Array(end - first);
  for (let index = first; index < end; index++) {
    let total = kernel[0]! * values[index]!;
    for (let k = 1; k <= reach; k++) {
      total += kernel[k]! * (values[index - k]! + values[index + k]!);
    }
    smoothed[index - first] = total / sum;
  }
  return smoothed;
}

/**
 * What an instrument of Gaussian resolution sees at given wavelengths of light on the fine grid.
 * @param wavelengths vacuum, Å; inside the fine grid
 * @param fwhm Å
 * @returns the weighted mean of the light around each wavelength
 */
export function seenAt(wavelengths: Float64Array, light: Float64Array, fwhm: number): Float64Array {
  const sigma = fwhm / FWHM_PER_SIGMA;
  const step = GRID_STEP / sigma;
  const ratioOfRatios = Math.exp(-step * step);
  const reach = (KERNEL_REACH * sigma) / GRID_STEP;
  const seen = new Float64Array(wavelengths.length);
  for (let pixel = 0; pixel < wavelengths.length; pixel++) {
    const centre = (wavelengths[pixel]! - GRID_START) / GRID_STEP;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(GRID_COUNT - 1, Math.floor(centre + reach));
    // A Gaussian at equal steps by recurrence, as in addGaussian.
    const start = (first - centre) * step;
    let weight = Math.exp(-0.5 * start * start);
    let ratio = Math.exp(-step * (start + 0.5 * step));
    let total = 0;
    let weights = 0;
    for (let index = first; index <= last; index++) {
      total += weight * light[index]!;
      weights += weight;
      weight *= ratio;
      ratio *= ratioOfRatios;
    }
    seen[pixel] = total / weights;
  }
  return seen;
}
