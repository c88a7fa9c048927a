import { GRID_START, GRID_STEP, gridRange, HALPHA, SPEED_OF_LIGHT, velocityToWidth } from './fine-grid.ts';

/**
 * Line profiles as a function of velocity: VELOCITY_COUNT points from −VELOCITY_LIMIT to +VELOCITY_LIMIT km/s, in
 * VELOCITY_STEP. A normalised profile has unit area in km/s.
 */
export const VELOCITY_LIMIT = 2400;
export const VELOCITY_STEP = 10;
export const VELOCITY_COUNT = (2 * VELOCITY_LIMIT) / VELOCITY_STEP + 1;

const KERNEL_REACH = 4;

/** Velocity of a point of a profile, km/s. */
export function velocityAt(index: number): number {
  return index * VELOCITY_STEP - VELOCITY_LIMIT;
}

/** Profile with the value of `shape` at each velocity (km/s). */
export function profileOf(shape: (velocity: number) => number): Float64Array {
  return Float64Array.from({ length: VELOCITY_COUNT }, (_, index) => shape(velocityAt(index)));
}

/** exp(−v²/2σ²). */
export function gaussianOf(velocity: number, sigma: number): number {
  return Math.exp(-0.5 * (velocity / sigma) ** 2);
}

/** Scales a profile, in place, to unit area in km/s. A profile without area stays as it is. */
export function normalise(profile: Float64Array): Float64Array {
  let sum = 0;
  for (const value of profile) sum += value;
  if (sum === 0) return profile;
  const scale = 1 / (sum * VELOCITY_STEP);
  for (let index = 0; index < profile.length; index++) profile[index]! *= scale;
  return profile;
}

/** Convolves a profile with a Gaussian of standard deviation `sigma` km/s; what leaves the velocity range is lost. */
export function broadened(profile: Float64Array, sigma: number): Float64Array {
  const reach = Math.max(1, Math.ceil((KERNEL_REACH * sigma) / VELOCITY_STEP));
  const kernel = new Float64Array(2 * reach + 1);
  let sum = 0;
  for (let index = 0; index < kernel.length; index++) {
    kernel[index] = gaussianOf((index - reach) * VELOCITY_STEP, sigma);
    sum += kernel[index]!;
  }
  const result = new Float64Array(VELOCITY_COUNT);
  for (let source = 0; source < VELOCITY_COUNT; source++) {
    const value = profile[source]! / sum;
    if (value === 0) continue;
    const first = Math.max(0, source - reach);
    const last = Math.min(VELOCITY_COUNT - 1, source + reach);
    for (let index = first; index <= last; index++) result[index]! += value * kernel[index - source + reach]!;
  }
  return result;
}

/**
 * Adds a normalised profile around Hα to `target` (fine grid), as a line of the given equivalent width.
 * @param velocity of the line's centre, km/s
 * @param equivalentWidth area of the line, Å of the continuum; negative for absorption
 */
export function addProfile(
  target: Float64Array,
  profile: Float64Array,
  velocity: number,
  equivalentWidth: number,
): void {
  const centre = HALPHA * (1 + velocity / SPEED_OF_LIGHT);
  const [first, end] = gridRange(centre, velocityToWidth(VELOCITY_LIMIT, HALPHA));
  const scale = (equivalentWidth * SPEED_OF_LIGHT) / HALPHA;
  const pointsPerStep = (GRID_STEP / HALPHA) * (SPEED_OF_LIGHT / VELOCITY_STEP);
  const origin = (((GRID_START - HALPHA) / HALPHA) * SPEED_OF_LIGHT - velocity + VELOCITY_LIMIT) / VELOCITY_STEP;
  for (let index = first; index < end; index++) {
    const at = origin + index * pointsPerStep;
    const left = Math.floor(at);
    if (left < 0 || left >= VELOCITY_COUNT - 1) continue;
    const fraction = at - left;
    target[index]! += scale * ((1 - fraction) * profile[left]! + fraction * profile[left + 1]!);
  }
}
