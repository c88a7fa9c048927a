/** A log-linear wavelength scale: log10 λ(Å) = start + step × pixel, the first pixel being 0. */
export interface LogLinearScale {
  readonly start: number;
  readonly step: number;
  readonly pixels: number;
}

// Survey pipelines put nearly all their spectra on the same few scales, and powers cost more than reading a file.
const scales = new Map<string, Float64Array>();
const REMEMBERED_SCALES = 64;

/** The wavelengths of a log-linear scale in Å. The array is shared: it is not to be changed. */
export function logLinearWavelength({ start, step, pixels }: LogLinearScale): Float64Array {
  const key = `${start} ${step} ${pixels}`;
  const known = scales.get(key);
  if (known !== undefined) return known;
  const wavelength = Float64Array.from({ length: pixels }, (_, pixel) => 10 ** (start + step * pixel));
  if (scales.size >= REMEMBERED_SCALES) scales.clear();
  scales.set(key, wavelength);
  return wavelength;
}
