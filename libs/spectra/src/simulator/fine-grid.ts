/**
 * The grid on which the light of an object is modelled before an instrument sees it: vacuum wavelengths around Hα,
 * twice as fine as the sharper instrument resolves, wider than the window by the wings of its resolution.
 */

/** Speed of light, km/s (SI). */
export const SPEED_OF_LIGHT = 299_792.458;

/** Vacuum wavelength of Hα, Å (NIST ASD, weighted mean of the multiplet). */
export const HALPHA = 6564.614;

export const GRID_START = 6440;
export const GRID_STEP = 0.25;
export const GRID_COUNT = 1488;

/** Vacuum wavelengths of the fine grid, Å. */
export const GRID_WAVELENGTHS: Readonly<Float64Array> = Float64Array.from(
  { length: GRID_COUNT },
  (_, index) => GRID_START + GRID_STEP * index,
);

/** Beyond this many standard deviations a Gaussian (< 3e-7 of its height) is not added. */
const GAUSSIAN_REACH = 5.5;

/** First and one past the last index of the fine grid within `reach` Å of `centre`, clipped to the grid. */
export function gridRange(centre: number, reach: number): [number, number] {
  const first = Math.max(0, Math.ceil((centre - reach - GRID_START) / GRID_STEP));
  const end = Math.min(GRID_COUNT, Math.floor((centre + reach - GRID_START) / GRID_STEP) + 1);
  return [first, end];
}

/**
 * Adds height · exp(−(λ − centre)²/2σ²) to `target`, an array on the fine grid.
 * @param centre Å, vacuum; may lie outside the grid
 * @param sigma standard deviation, Å
 */
export function addGaussian(target: Float64Array, centre: number, sigma: number, height: number): void {
  const [first, end] = gridRange(centre, GAUSSIAN_REACH * sigma);
  if (first >= end) return;
  // exp(−x²/2) at equal steps obeys a two-multiplication recurrence: an order faster than calling exp at each point.
  const step = GRID_STEP / sigma;
  const start = (GRID_START + first * GRID_STEP - centre) / sigma;
  let value = height * Math.exp(-0.5 * start * start);
  let ratio = Math.exp(-step * (start + 0.5 * step));
  const ratioOfRatios = Math.exp(-step * step);
  for (let index = first; index < end; index++) {
    target[index]! += value;
    value *= ratio;
    ratio *= ratioOfRatios;
  }
}

/** Adds an emission line (or, below zero, absorption line) of the given area in Å of the continuum. */
export function addLine(target: Float64Array, centre: number, sigma: number, equivalentWidth: number): void {
  addGaussian(target, centre, sigma, equivalentWidth / (sigma * Math.sqrt(2 * Math.PI)));
}

/** Wavelength shifted by a radial velocity in km/s (non-relativistic: stars). */
export function dopplerShifted(wavelength: number, velocity: number): number {
  return wavelength * (1 + velocity / SPEED_OF_LIGHT);
}

/** Velocity (km/s) as a width in Å at a wavelength. */
export function velocityToWidth(velocity: number, wavelength: number): number {
  return (velocity / SPEED_OF_LIGHT) * wavelength;
}
