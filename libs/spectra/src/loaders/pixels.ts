import type { FitsNumbers } from '../fits/numbers.ts';
import { UnusableInput } from '../unusable-input.ts';
import type { InputPlace } from '../unusable-input.ts';

/** The wavelengths and values of a spectrum's pixels, in order of wavelength. */
export interface Pixels {
  readonly wavelength: Float64Array;
  readonly flux: Float64Array;
  readonly uncertainty?: Float64Array;
  readonly mask?: Uint8Array;
}

/** Pixels as a file has them. */
export interface StoredPixels {
  readonly wavelength: FitsNumbers;
  readonly flux: FitsNumbers;
  /** 1/σ²; zero or less where the pixel is worth nothing. */
  readonly inverseVariance?: FitsNumbers;
  /** Not zero where the survey warns of the pixel. */
  readonly flags?: FitsNumbers;
}

/**
 * Checks a spectrum's pixels and brings them into order of wavelength.
 * @throws UnusableInput 'no-flux', 'bad-wavelength', 'corrupt' or 'nan-flux'
 */
export function arrangePixels(stored: StoredPixels, where: InputPlace): Pixels {
  const wavelength = doubles(stored.wavelength);
  const flux = doubles(stored.flux);
  if (flux.length === 0) throw new UnusableInput('no-flux', 'It holds no flux: fetch the spectrum itself', where);
  if (wavelength.length !== flux.length) {
    const message = `It has ${wavelength.length} wavelengths for ${flux.length} flux values: fetch it again`;
    throw new UnusableInput('bad-wavelength', message, where);
  }
  for (const column of [stored.inverseVariance, stored.flags]) {
    if (column !== undefined && column.length !== flux.length) {
      const message = `It has ${flux.length} flux values, but ${column.length} errors or flags: fetch it again`;
      throw new UnusableInput('corrupt', message, where);
    }
  }
  const descending = wavelength[0]! > wavelength[wavelength.length - 1]!;
  const pixels: Pixels = {
    wavelength: descending ? wavelength.toReversed() : wavelength,
    flux: descending ? flux.toReversed() : flux,
    ...quality(stored, flux.length, descending),
  };
  assertAscending(pixels.wavelength, where);
  if (!flux.some(Number.isFinite)) {
    throw new UnusableInput('nan-flux', 'Not one flux value is a number: fetch it again', where);
  }
  return pixels;
}

function quality(
  { inverseVariance, flags }: StoredPixels,
  count: number,
  descending: boolean,
): Pick<Pixels, 'uncertainty' | 'mask'> {
  if (inverseVariance === undefined && flags === undefined) return {};
  const uncertainty = inverseVariance && deviations(doubles(inverseVariance));
  const mask = new Uint8Array(count);
  if (flags !== undefined) {
    const warnings = doubles(flags);
    for (let i = 0; i < count; i++) if (warnings[i] !== 0) mask[i] = 1;
  }
  if (uncertainty !== undefined) {
    for (let i = 0; i < count; i++) if (Number.isNaN(uncertainty[i])) mask[i] = 1;
  }
  return {
    ...(uncertainty && { uncertainty: descending ? uncertainty.reverse() : uncertainty }),
    mask: descending ? mask.reverse() : mask,
  };
}

/** σ from 1/σ²; NaN where that is not positive. */
function deviations(inverseVariance: Float64Array): Float64Array {
  const sigma = new Float64Array(inverseVariance.length);
  for (let i = 0; i < sigma.length; i++) {
    const weight = inverseVariance[i]!;
    sigma[i] = weight > 0 ? 1 / Math.sqrt(weight) : NaN;
  }
  return sigma;
}

function assertAscending(wavelength: Float64Array, where: InputPlace): void {
  let before = 0;
  for (let i = 0; i < wavelength.length; i++) {
    const here = wavelength[i]!;
    if (!(here > before && here < Infinity)) {
      const message = `Wavelength ${here} Å at pixel ${i} does not follow ${before} Å: wavelengths must be positive and ascend`;
      throw new UnusableInput('bad-wavelength', message, where);
    }
    before = here;
  }
}

/** Numbers in double precision. */
export function doubles(numbers: FitsNumbers): Float64Array {
  if (numbers instanceof Float64Array) return numbers;
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) return Float64Array.from(numbers, Number);
  return new Float64Array(numbers);
}
