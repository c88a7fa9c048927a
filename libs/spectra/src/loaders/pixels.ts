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
 * @throws UnusableInput 'no-flux', 'bad-wavelength' or 'nan-flux'
 */
export function arrangePixels(stored: StoredPixels, where: InputPlace): Pixels {
  const wavelength = doubles(stored.wavelength);
  const flux = doubles(stored.flux);
  if (flux.length === 0) throw new UnusableInput('no-flux', 'It holds no flux: fetch the spectrum itself', where);
  if (wavelength.length !== flux.length) {
    const message = `It has ${wavelength.length} wavelengths for ${flux.length} flux values: fetch it again`;
    throw new UnusableInput('bad-wavelength', message, where);
  }
  const descending = wavelength[0]! > wavelength[wavelength.length - 1]!;
  const pixels: Pixels = {
    wavelength: descending ? wavelength.toReversed() : wavelength,
    flux: descending ? flux.toReversed() : flux,
    ...quality(stored, descending),
  };
  assertAscending(pixels.wavelength, where);
  if (!flux.some(Number.isFinite)) {
    throw new UnusableInput('nan-flux', 'Not one flux value is a number: fetch it again', where);
  }
  return pixels;
}

function quality(stored: StoredPixels, descending: boolean): Pick<Pixels, 'uncertainty' | 'mask'> {
  const inverseVariance = stored.inverseVariance && doubles(stored.inverseVariance);
  const flags = stored.flags && doubles(stored.flags);
  const uncertainty = inverseVariance?.map((weight) => (weight > 0 ? 1 / Math.sqrt(weight) : NaN));
  const count = inverseVariance?.length ?? flags?.length ?? 0;
  const mask = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    mask[i] =
      (flags !== undefined && flags[i] !== 0) || (inverseVariance !== undefined && !(inverseVariance[i]! > 0)) ? 1 : 0;
  }
  return {
    ...(uncertainty && { uncertainty: descending ? uncertainty.reverse() : uncertainty }),
    ...(count > 0 && { mask: descending ? mask.reverse() : mask }),
  };
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
