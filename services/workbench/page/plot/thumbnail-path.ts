/**
 * Points of a small drawing of a spectrum, in pixels from the upper left.
 * @param values evenly spaced in wavelength; those that are not finite are left out
 * @param margin pixels left free on every side
 */
export function thumbnailPath(
  values: ArrayLike<number>,
  width: number,
  height: number,
  margin = 2,
): [number, number][] {
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const points: [number, number][] = [];
  const last = Math.max(1, values.length - 1);
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) continue;
    const share = high > low ? (value - low) / (high - low) : 0.5;
    points.push([margin + (at / last) * (width - 2 * margin), height - margin - share * (height - 2 * margin)]);
  }
  return points;
}
