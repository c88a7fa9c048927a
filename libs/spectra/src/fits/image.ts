import type { FitsHeader } from './header.ts';
import { decodeNumbers, isSignOffset, NUMBER_BYTES } from './numbers.ts';
import type { FitsNumbers, NumberCode } from './numbers.ts';

/** Bits of one pixel; negative for floating point. */
export type Bitpix = 8 | 16 | 32 | 64 | -32 | -64;

/** How a pixel of each BITPIX is stored. */
export const PIXEL_CODE: Readonly<Record<Bitpix, NumberCode>> = {
  8: 'B',
  16: 'I',
  32: 'J',
  64: 'K',
  [-32]: 'E',
  [-64]: 'D',
};

/** A primary or IMAGE HDU. Pixels are decoded when asked for. */
export class FitsImage {
  readonly kind = 'image';
  /** Index of the HDU. */
  readonly index: number;
  readonly header: FitsHeader;
  readonly bitpix: Bitpix;
  /** Lengths of the axes, fastest first; empty for an HDU without data. */
  readonly axes: readonly number[];
  /** Number of pixels. */
  readonly pixels: number;
  readonly #data: Uint8Array;

  constructor(index: number, header: FitsHeader, bitpix: Bitpix, axes: readonly number[], data: Uint8Array) {
    this.index = index;
    this.header = header;
    this.bitpix = bitpix;
    this.axes = axes;
    this.pixels = axes.length === 0 ? 0 : axes.reduce((product, length) => product * length, 1);
    this.#data = data;
  }

  /** EXTNAME, or '' where there is none. */
  get name(): string {
    return this.header.string('EXTNAME') ?? '';
  }

  /** The pixels from `from` to before `to` as they are stored, without BSCALE, BZERO and BLANK; fastest axis first. */
  stored(from = 0, to = this.pixels): FitsNumbers {
    return decodeNumbers(this.#bytes(from, to), PIXEL_CODE[this.bitpix]);
  }

  /**
   * The physical values of the pixels from `from` to before `to`, fastest axis first. The type is the stored one
   * where the file scales nothing, the other signedness where BZERO says so, and Float64Array with NaN for BLANK
   * otherwise.
   */
  values(from = 0, to = this.pixels): FitsNumbers {
    const code = PIXEL_CODE[this.bitpix];
    const scale = this.header.number('BSCALE') ?? 1;
    const zero = this.header.number('BZERO') ?? 0;
    const blank = this.bitpix > 0 ? this.header.integer('BLANK') : undefined;
    if (scale === 1 && blank === undefined) {
      if (zero === 0) return this.stored(from, to);
      if (isSignOffset(code, zero)) return decodeNumbers(this.#bytes(from, to), code, true);
    }
    return scaled(this.stored(from, to), scale, zero, blank);
  }

  #bytes(from: number, to: number): Uint8Array {
    const width = NUMBER_BYTES[PIXEL_CODE[this.bitpix]];
    return this.#data.subarray(from * width, to * width);
  }
}

/** scale × stored + zero in double precision, NaN where the stored number is the null value. */
export function scaled(
  stored: FitsNumbers,
  scale: number,
  zero: number,
  nullValue: number | bigint | undefined,
): Float64Array {
  const values = new Float64Array(stored.length);
  // A stored number equals the null value only if both are bigint or neither is.
  const nothing = nullValue === undefined ? undefined : isBig(stored) ? BigInt(nullValue) : Number(nullValue);
  for (let i = 0; i < values.length; i++) {
    const number = stored[i]!;
    values[i] = number === nothing ? NaN : Number(number) * scale + zero;
  }
  return values;
}

function isBig(numbers: FitsNumbers): numbers is BigInt64Array | BigUint64Array {
  return numbers instanceof BigInt64Array || numbers instanceof BigUint64Array;
}
