/** A place on the sky, ICRS, degrees. */
export interface SkyPosition {
  ra: number;
  dec: number;
}

/** Right ascensions from `from` to `to`, degrees, `from` ≤ `to`. */
export interface RightAscensions {
  from: number;
  to: number;
}

const RADIANS = Math.PI / 180;
const ARCSECONDS = 3600;

/** The angle between two places in arcseconds, exact for small angles too (haversine formula). */
export function separation(a: SkyPosition, b: SkyPosition): number {
  const half = (from: number, to: number): number => Math.sin(((to - from) * RADIANS) / 2) ** 2;
  const square = half(a.dec, b.dec) + Math.cos(a.dec * RADIANS) * Math.cos(b.dec * RADIANS) * half(a.ra, b.ra);
  return ((2 * Math.asin(Math.min(1, Math.sqrt(square)))) / RADIANS) * ARCSECONDS;
}

/**
 * The right ascensions, 0 to 360, that a circle on the sky reaches: one stretch, or two where it crosses 0.
 * @param radius arcseconds
 */
export function rightAscensionsAround({ ra, dec }: SkyPosition, radius: number): RightAscensions[] {
  const angle = radius / ARCSECONDS;
  // A circle around a pole has every right ascension.
  if (Math.abs(dec) + angle >= 90) return [{ from: 0, to: 360 }];
  const reach = Math.asin(Math.min(1, Math.sin(angle * RADIANS) / Math.cos(dec * RADIANS))) / RADIANS;
  // Rounding must not lose who lies on the edge: separation() decides about them.
  const from = ra - reach * (1 + 1e-9) - 1e-9;
  const to = ra + reach * (1 + 1e-9) + 1e-9;
  if (from < 0)
    return [
      { from: 0, to },
      { from: from + 360, to: 360 },
    ];
  if (to > 360)
    return [
      { from, to: 360 },
      { from: 0, to: to - 360 },
    ];
  return [{ from, to }];
}
