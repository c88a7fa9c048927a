import { createHash } from 'node:crypto';
import { python } from '@spectrawl/testing';
import type { Card, FitsArray, FitsCells, FitsFile, FitsHdu } from '../src/index.ts';

/** An array as dump_fits.py prints it: with a hash, or with values in base64 (a list for text). */
export interface DumpedArray {
  readonly kind: 'logical' | 'integer' | 'float' | 'complex' | 'text';
  /** numpy's type, such as f4. */
  readonly type: string;
  readonly sha256?: string;
  readonly values?: string | readonly string[];
}

export type DumpedColumn = (DumpedArray | { readonly arrays: readonly DumpedArray[] }) & {
  readonly name: string;
  readonly unit: string | null;
  readonly format: string;
};

export interface DumpedHdu {
  readonly cards: readonly (readonly [keyword: string, tag: string, value: unknown, comment: string])[];
  readonly rows?: number;
  readonly columns?: readonly DumpedColumn[];
  readonly shape?: readonly number[];
  readonly kind?: DumpedArray['kind'];
  readonly type?: string;
  readonly sha256?: string;
  readonly values?: string;
}

export interface DumpedFile {
  readonly path: string;
  readonly hdus: readonly DumpedHdu[];
}

/** What astropy reads from the files, one process for all. */
export async function astropyDump(
  paths: readonly string[],
  ...flags: ('--values' | '--strict')[]
): Promise<DumpedFile[]> {
  const printed = await python(new URL('dump_fits.py', import.meta.url), flags, paths.join('\n'));
  return printed
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DumpedFile);
}

/** A card in the terms of dump_fits.py. */
export function dumpCard(card: Card): DumpedHdu['cards'][number] {
  const { keyword, value, comment = '', float } = card;
  if (value === undefined) return [keyword, 'commentary', comment, ''];
  if (value === null) return [keyword, 'undefined', null, comment];
  if (typeof value === 'boolean') return [keyword, 'logical', value, comment];
  if (typeof value === 'string') return [keyword, 'string', value, comment];
  if (typeof value === 'bigint') return [keyword, 'integer', String(value), comment];
  if (typeof value === 'object') return [keyword, 'complex', [value.real, value.imaginary], comment];
  if (float === true || !Number.isInteger(value)) return [keyword, 'float', value, comment];
  return [keyword, 'integer', String(value), comment];
}

const TYPES = new Map<unknown, string>([
  [Int8Array, 'i1'],
  [Uint8Array, 'u1'],
  [Int16Array, 'i2'],
  [Uint16Array, 'u2'],
  [Int32Array, 'i4'],
  [Uint32Array, 'u4'],
  [BigInt64Array, 'i8'],
  [BigUint64Array, 'u8'],
  [Float32Array, 'f4'],
  [Float64Array, 'f8'],
]);

/** The elements as 64-bit big-endian numbers (logical ones as bytes), as dump_fits.py has them. */
function canonicalBytes(cells: Exclude<FitsArray, string>, kind: DumpedArray['kind']): Buffer {
  if (kind === 'logical') return Buffer.from(Array.from(cells as ArrayLike<unknown>, (value) => (value ? 1 : 0)));
  const numbers = cells as ArrayLike<number | bigint>;
  if (kind === 'integer') {
    const unsigned = cells instanceof BigUint64Array;
    const integers = unsigned ? cells : BigInt64Array.from(numbers as ArrayLike<number>, BigInt);
    return Buffer.from(new Uint8Array(new BigInt64Array(integers.buffer, integers.byteOffset).slice().buffer)).swap64();
  }
  const doubles = Float64Array.from(numbers, Number);
  return Buffer.from(doubles.buffer).swap64();
}

/** Our array in the terms of dump_fits.py, of the same kind and with hash or values as the other one has. */
export function dumpArray(cells: FitsCells | string, other: DumpedArray): DumpedArray {
  if (other.kind === 'text')
    return { kind: 'text', type: 'U', values: typeof cells === 'string' ? [cells] : (cells as string[]) };
  const bytes = canonicalBytes(cells as Exclude<FitsArray, string>, other.kind);
  const element = TYPES.get(cells.constructor);
  const type =
    other.kind === 'complex' ? { f4: 'c8', f8: 'c16' }[element ?? ''] : other.kind === 'logical' ? 'b1' : element;
  return {
    kind: other.kind,
    type: type ?? 'none',
    ...(other.sha256 === undefined
      ? { values: bytes.toString('base64') }
      : { sha256: createHash('sha256').update(bytes).digest('hex') }),
  };
}

/** The numbers of an array that was dumped with its values. */
export function dumpedNumbers(array: DumpedArray): Float64Array {
  const bytes = new Uint8Array(Buffer.from(array.values as string, 'base64'));
  return new Float64Array(Buffer.from(bytes.buffer).swap64().buffer, 0, bytes.length / 8);
}

/** A file of ours in the terms of dump_fits.py. */
export function dumpFile(path: string, file: FitsFile, other: DumpedFile): DumpedFile {
  return { path, hdus: file.hdus.map((hdu, index) => dumpHdu(hdu, other.hdus[index]!)) };
}

function dumpHdu(hdu: FitsHdu, other: DumpedHdu): DumpedHdu {
  const cards = hdu.header.cards.map(dumpCard);
  if (hdu.kind === 'other') return { cards };
  if (hdu.kind === 'image') {
    if (hdu.axes.length === 0) return { cards, shape: hdu.axes };
    const { kind, type, sha256, values } = dumpArray(hdu.values(), other as DumpedArray);
    return {
      cards,
      shape: hdu.axes,
      kind,
      type,
      ...(sha256 === undefined ? { values: values as string } : { sha256 }),
    };
  }
  if (hdu.kind === 'ascii-table') throw new Error('ASCII tables are compared by their own test');
  const columns = hdu.columns.map((column, index): DumpedColumn => {
    const theirs = other.columns![index]!;
    const named = { name: column.name, unit: column.unit ?? null, format: theirs.format };
    if (!('arrays' in theirs)) return { ...named, ...dumpArray(column.values(), theirs) };
    return {
      ...named,
      arrays: column.arrays().map((array, row) => dumpArray(array as FitsCells | string, theirs.arrays[row]!)),
    };
  });
  return { cards, rows: hdu.rows, columns };
}
