/**
 * The running mean over `width` pixels; pixels without a value are left out of it and stay without.
 * @param width odd; 1 changes nothing
 */
export function smooth(flux: ArrayLike<number>, width: number): Float64Array {
  const result = Float64Array.from(flux);
  if (width <= 1) return result;
  const reach = (width - 1) / 2;
  for (let pixel = 0; pixel < flux.length; pixel++) {
    if (Number.isNaN(flux[pixel])) continue;
    let sum = 0;
    let count = 0;
    for (let at = Math.max(0, pixel - reach); at <= Math.min(flux.length - 1, pixel + reach); at++) {
      const value = flux[at]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    result[pixel] = sum / count;
  }
  return result;
}
