import { PoolError } from '../pool-error.ts';
import type { FloatType, ScalarType } from './schema.ts';

/** The PLAIN encoding of one page of a scalar column, with what its statistics need. */
export interface EncodedPage {
  /** 1 where the row has a value. */
  present: Uint8Array;
  nullCount: number;
  /** The values that are present, one after the other. */
  bytes: Uint8Array;
  /** Least and greatest value, NaN aside; strings as UTF-8, which Parquet orders byte by byte. Undefined if there is none. */
  min: Extremum | undefined;
  max: Extremum | undefined;
}

export type Extremum = number | bigint | boolean | Uint8Array;

/** Rows [start, end) of a column's values; the first of them is row `firstRow` of the table (for messages). */
export interface RowSlice<V> {
  values: V;
  start: number;
  end: number;
  firstRow: number;
}

/**
 * Encodes rows of a scalar column. Errors: PoolError 'invalid-rows' naming column and row for a value of the
 * wrong type or range, a null in a required column, and a string that is not valid Unicode.
 */
export function encodeScalars(
  name: string,
  type: ScalarType,
  nullable: boolean,
  { values, start, end, firstRow }: RowSlice<ArrayLike<unknown>>,
): EncodedPage {
  const rows = end - start;
  const present = new Uint8Array(rows);
  const kept: unknown[] = [];
  for (let i = 0; i < rows; i++) {
    const value = values[start + i];
    if (value === null || value === undefined) {
      if (!nullable) throw invalid(name, firstRow + i, 'has no value, but the column is required');
      continue;
    }
    if (typeof value !== jsType(type)) throw invalid(name, firstRow + i, `holds ${describe(value)}, not ${type}`);
    present[i] = 1;
    kept.push(value);
  }
  const rowOf = (index: number) => firstRow + nthPresent(present, index);
  return {
    present,
    nullCount: rows - kept.length,
    ...encoders[type](kept, (index, what) => invalid(name, rowOf(index), what)),
  };
}

/** The PLAIN encoding of one page of a column of lists. */
export interface EncodedLists {
  repetition: Uint8Array;
  definition: Uint8Array;
  /** Rows that are null. */
  nullCount: number;
  bytes: Uint8Array;
}

/** Encodes rows of a list column, spread into levels. Errors as for scalars. */
export function encodeLists(
  name: string,
  type: FloatType,
  nullable: boolean,
  { values: rows, start, end, firstRow }: RowSlice<readonly (Float32Array | Float64Array | null)[]>,
): EncodedLists {
  const ofType = type === 'float32' ? Float32Array : Float64Array;
  let slots = 0;
  let bytesSize = 0;
  let nullCount = 0;
  for (let i = start; i < end; i++) {
    const list = rows[i];
    if (list === null || list === undefined) {
      if (!nullable) throw invalid(name, firstRow + i - start, 'has no value, but the column is required');
      nullCount++;
      slots++;
      continue;
    }
    if (!(list instanceof ofType))
      throw invalid(name, firstRow + i - start, `holds ${describe(list)}, not a ${ofType.name}`);
    slots += Math.max(1, list.length);
    bytesSize += list.byteLength;
  }
  const filled = nullable ? 2 : 1;
  const repetition = new Uint8Array(slots).fill(1);
  const definition = new Uint8Array(slots).fill(filled);
  const bytes = new Uint8Array(bytesSize);
  let slot = 0;
  let offset = 0;
  for (let i = start; i < end; i++) {
    const list = rows[i];
    repetition[slot] = 0;
    if (!list || list.length === 0) {
      definition[slot++] = list ? filled - 1 : 0;
      continue;
    }
    bytes.set(new Uint8Array(list.buffer, list.byteOffset, list.byteLength), offset);
    offset += list.byteLength;
    slot += list.length;
  }
  return { repetition, definition, nullCount, bytes };
}

type Fail = (index: number, what: string) => PoolError;
type Encoded = Pick<EncodedPage, 'bytes' | 'min' | 'max'>;

const encoders: { [T in ScalarType]: (values: unknown[], fail: Fail) => Encoded } = {
  string: (values, fail) => encodeStrings(values as string[], fail),
  int32: (values, fail) => {
    const numbers = Int32Array.from(values as number[]);
    numbers.forEach((number, i) => {
      if (number !== values[i]) throw fail(i, `holds ${values[i]}, not a 32-bit integer`);
    });
    return { bytes: bytesOf(numbers), ...extrema(numbers) };
  },
  int64: (values, fail) => {
    const numbers = BigInt64Array.from(values as bigint[]);
    numbers.forEach((number, i) => {
      if (number !== values[i]) throw fail(i, `holds ${values[i]}, beyond 64-bit integers`);
    });
    return { bytes: bytesOf(numbers), ...extrema(numbers) };
  },
  float32: (values) => {
    const numbers = Float32Array.from(values as number[]);
    return { bytes: bytesOf(numbers), ...signedZeros(extrema(numbers)) };
  },
  float64: (values) => {
    const numbers = Float64Array.from(values as number[]);
    return { bytes: bytesOf(numbers), ...signedZeros(extrema(numbers)) };
  },
  boolean: (values) => {
    const bytes = new Uint8Array(Math.ceil(values.length / 8));
    values.forEach((value, i) => {
      if (value) bytes[i >> 3]! |= 1 << (i & 7);
    });
    const any = values.length > 0;
    return { bytes, min: any ? !values.includes(false) : undefined, max: any ? values.includes(true) : undefined };
  },
};

/** Each string as a 32-bit length and its UTF-8. */
function encodeStrings(values: string[], fail: Fail): Encoded {
  let bound = 0;
  for (const value of values) bound += 4 + 3 * value.length;
  const buffer = Buffer.allocUnsafe(bound);
  let offset = 0;
  let [min, max] = [values[0], values[0]];
  let beyondBmp = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const length = buffer.write(value, offset + 4, 'utf8');
    buffer[offset] = length;
    buffer[offset + 1] = length >>> 8;
    buffer[offset + 2] = length >>> 16;
    buffer[offset + 3] = length >>> 24;
    offset += 4 + length;
    if (length !== value.length) {
      // A lone surrogate would be written as U+FFFD: two different ids could become one.
      if (!value.isWellFormed()) throw fail(i, 'holds a string that is not valid Unicode');
      beyondBmp ||= /[\u{10000}-\u{10FFFF}]/u.test(value);
    }
    if (value < min!) min = value;
    if (value > max!) max = value;
  }
  // The format orders strings by their bytes, as code units do except where there are surrogates.
  if (beyondBmp) [min, max] = byteExtrema(values);
  const bytesOfText = (text: string | undefined) =>
    text === undefined ? undefined : new Uint8Array(Buffer.from(text));
  return { bytes: buffer.subarray(0, offset), min: bytesOfText(min), max: bytesOfText(max) };
}

function byteExtrema(values: string[]): [min: string, max: string] {
  const inOrder = values.map((value) => Buffer.from(value)).sort((a, b) => Buffer.compare(a, b));
  return [inOrder[0]!.toString(), inOrder.at(-1)!.toString()];
}

function extrema<T extends number | bigint>(numbers: ArrayLike<T>): { min: T | undefined; max: T | undefined } {
  let min: T | undefined;
  let max: T | undefined;
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]!;
    if (number !== number) continue; // NaN has no place in an order
    if (min === undefined || number < min) min = number;
    if (max === undefined || number > max) max = number;
  }
  return { min, max };
}

// The format asks for −0 as least and +0 as greatest zero, since readers may tell them apart.
const signedZeros = ({ min, max }: { min: number | undefined; max: number | undefined }) => ({
  min: min === 0 ? -0 : min,
  max: max === 0 ? 0 : max,
});

const bytesOf = (array: Int32Array | BigInt64Array | Float32Array | Float64Array) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const jsType = (type: ScalarType) =>
  type === 'string' || type === 'boolean' ? type : type === 'int64' ? 'bigint' : 'number';

const describe = (value: unknown) =>
  typeof value === 'object' && value !== null ? value.constructor.name : `the ${typeof value} ${String(value)}`;

function nthPresent(present: Uint8Array, index: number): number {
  let left = index;
  for (let i = 0; i < present.length; i++) if (present[i] && left-- === 0) return i;
  return -1;
}

const invalid = (name: string, row: number, what: string) =>
  new PoolError('invalid-rows', `Column ${name}, row ${row}: ${what}.`);
