/** Widths in pixels through which `+` and `−` lead; the mean is taken over an odd number of pixels. */
export const SMOOTHING_WIDTHS = [1, 3, 5, 7, 9, 13, 17, 25] as const;

/** The next wider or narrower smoothing; the same one at the ends. */
export function stepSmoothing(width: number, by: 1 | -1): number {
  const at = SMOOTHING_WIDTHS.findIndex((it) => it >= width);
  return SMOOTHING_WIDTHS[Math.max(0, Math.min(SMOOTHING_WIDTHS.length - 1, at + by))] ?? 1;
}

/**
 * The running mean over `width` pixels; pixels without a value are left out of it and stay without.
 * @param width odd; 1 changes nothing
 */
export function smooth(flux: ArrayLike<number>, width: number): Float64Array {
  const result = Float64Array.from(flux);
  if (width <= 1) return result;
  const reach = (width - 1) / 2;
  let sum = 0;
  let count = 0;
  const enter = (pixel: number, sign: 1 | -1): void => {
    const value = flux[pixel];
    if (value === undefined || !Number.isFinite(value)) return;
    sum += sign * value;
    count += sign;
  };
  for (let pixel = 0; pixel < reach; pixel++) enter(pixel, 1);
  for (let pixel = 0; pixel < flux.length; pixel++) {
    enter(pixel + reach, 1);
    enter(pixel - reach - 1, -1);
    if (Number.isFinite(flux[pixel])) result[pixel] = sum / count;
  }
  return result;
}
