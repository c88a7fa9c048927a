import { FitsError } from './fits-error.ts';

/** Numbers of an image or a table column. */
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

/** A number as FITS stores it, big-endian: B I J K are integers of 8 (unsigned), 16, 32 and 64 bits, E and D floats. */
export type NumberCode = 'B' | 'I' | 'J' | 'K' | 'E' | 'D';

/** Bytes of one number. */
export const NUMBER_BYTES: Readonly<Record<NumberCode, 1 | 2 | 4 | 8>> = { B: 1, I: 2, J: 4, K: 8, E: 4, D: 8 };

/**
 * The offset by which integers of the other signedness are stored, as the standard has them (FITS standard 4.0,
 * section 4.4.2.5 table 11): BZERO or TZERO, with a scale of 1.
 */
export const SIGN_OFFSET: Readonly<Record<'B' | 'I' | 'J' | 'K', number | bigint>> = {
  B: -128,
  I: 32_768,
  J: 2_147_483_648,
  K: 9_223_372_036_854_775_808n,
};

/** Whether a header's zero is the one by which integers of the other signedness are stored. */
export function isSignOffset(code: NumberCode, zero: number | bigint): boolean {
  return code !== 'E' && code !== 'D' && Number(zero) === Number(SIGN_OFFSET[code]);
}

/** Swaps the byte order of every number in place, on little-endian machines from and to FITS's. */
function swap(bytes: Uint8Array, width: 1 | 2 | 4 | 8): void {
  if (!LITTLE_ENDIAN) return;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Moves integers between signed and unsigned, which is the standard's offset and the same as flipping the top bit. */
function flipSign(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) bytes[i]! ^= 0x80;
}

/**
 * Decodes big-endian numbers into an array of their own.
 * @param stored the bytes of whole numbers; not changed
 * @param otherSign whether they were stored with the offset for the other signedness
 */
export function decodeNumbers(stored: Uint8Array, code: NumberCode, otherSign = false): FitsNumbers {
  const bytes = new Uint8Array(stored.length);
  bytes.set(stored);
  const width = NUMBER_BYTES[code];
  if (otherSign) flipSign(bytes, width);
  swap(bytes, width);
  const { buffer } = bytes;
  const count = bytes.length / width;
  switch (code) {
    case 'B':
      return otherSign ? new Int8Array(buffer, 0, count) : bytes;
    case 'I':
      return otherSign ? new Uint16Array(buffer, 0, count) : new Int16Array(buffer, 0, count);
    case 'J':
      return otherSign ? new Uint32Array(buffer, 0, count) : new Int32Array(buffer, 0, count);
    case 'K':
      return otherSign ? new BigUint64Array(buffer, 0, count) : new BigInt64Array(buffer, 0, count);
    case 'E':
      return new Float32Array(buffer, 0, count);
    case 'D':
      return new Float64Array(buffer, 0, count);
  }
}

/** Whether an array holds integers of the signedness that its code lacks, so that they are stored with an offset. */
export function hasOtherSign(data: unknown, code: NumberCode): boolean {
  switch (code) {
    case 'B':
      return data instanceof Int8Array;
    case 'I':
      return data instanceof Uint16Array;
    case 'J':
      return data instanceof Uint32Array;
    case 'K':
      return data instanceof BigUint64Array;
    default:
      return false;
  }
}

/**
 * Encodes numbers as FITS stores them; integers of the other signedness are moved by the standard's offset.
 * @throws FitsError 'unwritable' where an integer type cannot hold a number
 */
export function encodeNumbers(data: FitsNumbers | readonly number[], code: NumberCode, where: string): Uint8Array {
  const otherSign = hasOtherSign(data, code);
  const typed = otherSign ? (data as FitsNumbers) : storedArray(data, code, where);
  const bytes = new Uint8Array(typed.byteLength);
  bytes.set(new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength));
  swap(bytes, NUMBER_BYTES[code]);
  if (otherSign) flipSign(bytes, NUMBER_BYTES[code]);
  return bytes;
}

const INTEGER_RANGE: Readonly<Record<'B' | 'I' | 'J' | 'K', readonly [bigint, bigint]>> = {
  B: [0n, 255n],
  I: [-32_768n, 32_767n],
  J: [-2_147_483_648n, 2_147_483_647n],
  K: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
};

function storedArray(data: FitsNumbers | readonly number[], code: NumberCode, where: string): FitsNumbers {
  switch (code) {
    case 'B':
      return data instanceof Uint8Array ? data : Uint8Array.from(integers(data, 'B', where), Number);
    case 'I':
      return data instanceof Int16Array ? data : Int16Array.from(integers(data, 'I', where), Number);
    case 'J':
      return data instanceof Int32Array ? data : Int32Array.from(integers(data, 'J', where), Number);
    case 'K':
      return data instanceof BigInt64Array ? data : BigInt64Array.from(integers(data, 'K', where), BigInt);
    case 'E':
      return data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
    case 'D':
      return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>, Number);
  }
}

function integers(
  data: FitsNumbers | readonly number[],
  code: 'B' | 'I' | 'J' | 'K',
  where: string,
): ArrayLike<number | bigint> {
  const [least, most] = INTEGER_RANGE[code];
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if ((typeof value === 'number' && !Number.isInteger(value)) || value < least || value > most) {
      throw new FitsError('unwritable', `${where}: ${value} is no whole number from ${least} to ${most}`);
    }
  }
  return data;
}
