/** Where the facts and pixels of a spectrum lie. */
export interface RowPlace {
  /** Offset of the facts, JSON in UTF-8. */
  facts: number;
  /** Bytes of the facts. */
  factsBytes: number;
  pixels: number;
  /** Offset of the wavelengths, float64. */
  wavelength: number;
  /** Offset of the flux, float32. */
  flux: number;
  /** Offset of the uncertainty, float32; -1 where the survey gives none. */
  uncertainty: number;
}

/** Numbers of a place in an array of places: a hundred thousand of them pass between threads as one array. */
export const PLACE_NUMBERS = 6;

export function readPlace(places: Float64Array, row: number): RowPlace {
  const [facts, factsBytes, pixels, wavelength, flux, uncertainty] = places.subarray(
    row * PLACE_NUMBERS,
    (row + 1) * PLACE_NUMBERS,
  ) as unknown as [number, number, number, number, number, number];
  return { facts, factsBytes, pixels, wavelength, flux, uncertainty };
}

/** Writes a place. @param base added to its offsets */
export function writePlace(places: Float64Array, row: number, place: RowPlace, base = 0): void {
  const { facts, factsBytes, pixels, wavelength, flux, uncertainty } = place;
  places.set(
    [facts + base, factsBytes, pixels, wavelength + base, flux + base, uncertainty < 0 ? -1 : uncertainty + base],
    row * PLACE_NUMBERS,
  );
}
