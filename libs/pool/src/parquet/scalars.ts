import type { DecodedArray, SchemaTree } from 'hyparquet';
import { PoolError } from '../pool-error.ts';
import type { ScalarColumn, ScalarType } from './schema.ts';
import { describeColumn } from './stored-columns.ts';

/** Decoded values of a scalar column; the first is that of row `firstRow` of the table. */
export interface ScalarPart {
  values: DecodedArray;
  firstRow: number;
}

const NUMBERS = { int32: Int32Array, float32: Float32Array, float64: Float64Array } as const;

/** Which stored types can be read as a type without changing any value (int64 as float64 is checked value by value). */
const READABLE_AS: Readonly<Record<ScalarType, readonly ScalarType[]>> = {
  string: ['string'],
  boolean: ['boolean'],
  int32: ['int32'],
  int64: ['int64', 'int32'],
  float32: ['float32'],
  float64: ['float64', 'float32', 'int32', 'int64'],
};

/**
 * Joins the parts of a column and gives its values the type asked for: a typed array for required numbers, else an
 * array in which a missing value is null. Errors: PoolError 'column-type', 'null-value' naming the row.
 */
export function convertScalars(node: SchemaTree, column: ScalarColumn, parts: ScalarPart[]): unknown {
  const { name } = node.element;
  const stored = describeColumn(node).type;
  if (!(READABLE_AS[column.type] as readonly string[]).includes(stored)) {
    const found = stored === 'other' ? 'a type that is not read here (a date, a decimal, a struct …)' : stored;
    throw new PoolError('column-type', `Column ${name} must hold ${column.type}; it holds ${found}.`);
  }
  let length = 0;
  for (const part of parts) length += part.values.length;
  const convert = converter(name, stored, column.type);
  const out: { [index: number]: unknown } = column.nullable ? new Array(length) : emptyArray(column.type, length);
  let at = 0;
  for (const { values, firstRow } of parts) {
    for (let i = 0; i < values.length; i++) {
      const value: unknown = values[i];
      if (value !== null && value !== undefined) out[at++] = convert ? convert(value, firstRow + i) : value;
      else if (column.nullable) out[at++] = null;
      else throw new PoolError('null-value', `Column ${name}, row ${firstRow + i}: a null, where a value is required.`);
    }
  }
  return out;
}

function emptyArray(type: ScalarType, length: number): { [index: number]: unknown } {
  if (type === 'string' || type === 'boolean') return new Array(length);
  if (type === 'int64') return new BigInt64Array(length);
  return new NUMBERS[type](length);
}

type Convert = (value: unknown, row: number) => unknown;

function converter(name: string, stored: string, wanted: ScalarType): Convert | undefined {
  if (wanted === 'int64' && stored === 'int32') return (value) => BigInt(value as number);
  if (wanted === 'float64' && stored === 'int64') {
    return (value, row) => {
      const number = Number(value);
      if (Number.isSafeInteger(number)) return number;
      throw new PoolError('column-type', `Column ${name}, row ${row}: ${value} is no exact float64; read it as int64.`);
    };
  }
  // Unsigned integers share the physical types of signed ones.
  if (wanted === 'int32' || wanted === 'int64') {
    const limit = wanted === 'int32' ? 2 ** 31 : 2n ** 63n;
    return (value, row) => {
      if ((value as number) < limit) return value;
      throw new PoolError('column-type', `Column ${name}, row ${row}: ${value} is beyond ${wanted}.`);
    };
  }
  return undefined;
}
