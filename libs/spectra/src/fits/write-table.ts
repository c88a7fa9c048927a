import type { Card } from './card.ts';
import { FitsError } from './fits-error.ts';
import { encodeNumbers, hasOtherSign, NUMBER_BYTES, SIGN_OFFSET } from './numbers.ts';
import type { FitsNumbers, NumberCode } from './numbers.ts';
import { elementBytes, parseTableFormat } from './table-format.ts';
import type { ElementCode, TableFormat } from './table-format.ts';

/** Cells of a column of fixed width. */
export type FitsCellsInput = FitsNumbers | readonly number[] | readonly string[] | readonly (boolean | null)[];

/** One variable-length array. */
export type FitsArrayInput = FitsNumbers | readonly number[] | string | readonly (boolean | null)[];

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
  /** TSCAL and TZERO; `data` are the stored numbers. */
  readonly scale?: number;
  readonly zero?: number;
  /**
   * Row after row: numbers (complex ones as pairs), strings for A, booleans for L (null for undefined), 0 and 1 a bit
   * for X; for P and Q one array a row. Unsigned arrays of 16, 32 and 64 bits and signed ones of 8 bits are stored
   * with the standard's TZERO.
   */
  readonly data: FitsCellsInput | readonly FitsArrayInput[];
}

interface EncodedColumn {
  readonly input: FitsColumnInput;
  /** TFORM as it will stand: with the longest array for P and Q. */
  readonly tform: string;
  readonly format: TableFormat;
  readonly rows: number;
  /** The column's bytes, row after row. */
  readonly cells: Uint8Array;
  /** Whether the standard's TZERO is needed for the signedness. */
  readonly otherSign: boolean;
}

/**
 * Encodes the rows and the heap of a binary table, and its structural cards.
 * @throws FitsError 'unwritable' where columns differ in length, or values do not fit their format
 */
export function encodeTable(inputs: readonly FitsColumnInput[]): { structure: Card[]; data: Uint8Array } {
  const heap: Uint8Array[] = [];
  const columns = inputs.map((input) => encodeColumn(input, heap));
  const rows = columns[0]?.rows ?? 0;
  const other = columns.find((column) => column.rows !== rows);
  if (other !== undefined) {
    const message = `Column ${other.input.name} has ${other.rows} rows, column ${columns[0]?.input.name} has ${rows}`;
    throw new FitsError('unwritable', message);
  }
  const rowBytes = columns.reduce((sum, { format }) => sum + format.width, 0);
  const heapBytes = heap.reduce((sum, piece) => sum + piece.length, 0);
  const data = new Uint8Array(rows * rowBytes + heapBytes);
  let offset = 0;
  for (const { cells, format } of columns) {
    interleave(cells, format.width, data, offset, rowBytes);
    offset += format.width;
  }
  let heapOffset = rows * rowBytes;
  for (const piece of heap) {
    data.set(piece, heapOffset);
    heapOffset += piece.length;
  }
  const structure: Card[] = [
    { keyword: 'XTENSION', value: 'BINTABLE', comment: 'binary table extension' },
    { keyword: 'BITPIX', value: 8, comment: 'bytes' },
    { keyword: 'NAXIS', value: 2, comment: 'number of axes' },
    { keyword: 'NAXIS1', value: rowBytes, comment: 'bytes of a row' },
    { keyword: 'NAXIS2', value: rows, comment: 'number of rows' },
    { keyword: 'PCOUNT', value: heapBytes, comment: 'bytes of the heap' },
    { keyword: 'GCOUNT', value: 1 },
    { keyword: 'TFIELDS', value: columns.length, comment: 'number of columns' },
    ...columns.flatMap(columnCards),
  ];
  return { structure, data };
}

function columnCards({ input, tform, format, otherSign }: EncodedColumn, index: number): Card[] {
  const n = index + 1;
  const cards: Card[] = [
    { keyword: `TTYPE${n}`, value: input.name },
    { keyword: `TFORM${n}`, value: tform },
  ];
  if (input.unit !== undefined) cards.push({ keyword: `TUNIT${n}`, value: input.unit });
  if (input.dimensions !== undefined) {
    const count = input.dimensions.reduce((product, length) => product * length, 1);
    if (format.element === undefined && count !== format.repeat) {
      throw unwritable(input, `dimensions of ${input.dimensions.join(' × ')} do not fit ${format.repeat} elements`);
    }
    cards.push({ keyword: `TDIM${n}`, value: `(${input.dimensions.join(',')})` });
  }
  if (input.nullValue !== undefined) cards.push({ keyword: `TNULL${n}`, value: input.nullValue });
  if (otherSign) {
    if (input.scale !== undefined || input.zero !== undefined) {
      throw unwritable(input, 'TZERO is needed for the signedness of the data: leave scale and zero out');
    }
    const code = (format.element ?? format.code) as keyof typeof SIGN_OFFSET;
    cards.push({ keyword: `TSCAL${n}`, value: 1 }, { keyword: `TZERO${n}`, value: SIGN_OFFSET[code] });
  }
  if (input.scale !== undefined) cards.push({ keyword: `TSCAL${n}`, value: input.scale, float: true });
  if (input.zero !== undefined) cards.push({ keyword: `TZERO${n}`, value: input.zero, float: true });
  return cards;
}

function encodeColumn(input: FitsColumnInput, heap: Uint8Array[]): EncodedColumn {
  const format = parseTableFormat(input.format);
  if (format === undefined) throw unwritable(input, `'${input.format}' is no column format`);
  if (format.code === 'P' || format.code === 'Q') return encodeArrays(input, format, heap);
  const cells = encodeCells(input, input.data as FitsCellsInput, format.code, format.repeat);
  if (format.width === 0) throw unwritable(input, 'a column of no bytes has no rows: leave it out');
  const rows = cells.length / format.width;
  if (!Number.isInteger(rows)) throw unwritable(input, `the last row does not have ${format.repeat} elements`);
  const otherSign = isReal(format.code) && hasOtherSign(input.data, format.code);
  return { input, tform: input.format, format, rows, cells, otherSign };
}

function encodeArrays(input: FitsColumnInput, format: TableFormat, heap: Uint8Array[]): EncodedColumn {
  const { code, element } = format;
  const arrays = input.data as readonly FitsArrayInput[];
  if (element === undefined || format.repeat !== 1) throw unwritable(input, 'a row holds one array');
  let heapOffset = heap.reduce((sum, piece) => sum + piece.length, 0);
  let longest = 0;
  const descriptors: number[] = [];
  for (const array of arrays) {
    const count = element === 'C' || element === 'M' ? array.length / 2 : array.length;
    const bytes =
      typeof array === 'string' ? encodeText(input, array, count) : encodeCells(input, array, element, count);
    descriptors.push(count, heapOffset);
    longest = Math.max(longest, count);
    heapOffset += bytes.length;
    heap.push(bytes);
  }
  const cells = encodeNumbers(descriptors, code === 'P' ? 'J' : 'K', `Column ${input.name}: the heap`);
  const signs = new Set(arrays.map((array) => isReal(element) && hasOtherSign(array, element)));
  if (signs.size > 1) throw unwritable(input, 'signed and unsigned arrays are mixed');
  const tform = `1${code}${element}(${longest})`;
  return { input, tform, format, rows: arrays.length, cells, otherSign: signs.has(true) };
}

/** Encodes cells of one type; `repeat` elements a cell, which matters to A and X. */
function encodeCells(input: FitsColumnInput, data: FitsCellsInput, code: ElementCode, repeat: number): Uint8Array {
  const where = `Column ${input.name}`;
  switch (code) {
    case 'L':
      return Uint8Array.from(data as readonly (boolean | null)[], (value) =>
        value === null ? 0 : value ? 0x54 : 0x46,
      );
    case 'X':
      return packBits(data as ArrayLike<number>, repeat);
    case 'A':
      return encodeStrings(input, data as readonly string[], repeat);
    case 'C':
      return encodeNumbers(data as FitsNumbers, 'E', where);
    case 'M':
      return encodeNumbers(data as FitsNumbers, 'D', where);
    default:
      return encodeNumbers(data as FitsNumbers, code, where);
  }
}

function encodeStrings(input: FitsColumnInput, strings: readonly string[], repeat: number): Uint8Array {
  // Several strings a cell where TDIM says so: each takes its own width.
  const width = input.dimensions !== undefined && input.dimensions.length > 1 ? input.dimensions[0]! : repeat;
  const bytes = new Uint8Array(strings.length * width);
  strings.forEach((text, i) => bytes.set(encodeText(input, text, width), i * width));
  return bytes;
}

function encodeText(input: FitsColumnInput, text: string, width: number): Uint8Array {
  if (!/^[ -~]*$/.test(text)) throw unwritable(input, 'text must be printable ASCII');
  if (text.length > width) throw unwritable(input, `'${text}' is longer than ${width} characters`);
  return Buffer.from(text, 'latin1');
}

function packBits(bits: ArrayLike<number>, repeat: number): Uint8Array {
  const rowBytes = elementBytes('X', repeat);
  const rows = repeat === 0 ? 0 : bits.length / repeat;
  const bytes = new Uint8Array(Math.ceil(rows * rowBytes));
  for (let i = 0; i < bits.length; i++) {
    const bit = i % repeat;
    if (bits[i] !== 0) bytes[Math.floor(i / repeat) * rowBytes + (bit >>> 3)]! |= 0x80 >>> (bit & 7);
  }
  return bytes;
}

function interleave(cells: Uint8Array, width: number, table: Uint8Array, offset: number, rowBytes: number): void {
  if (width === rowBytes || cells.length === width) {
    table.set(cells, offset);
    return;
  }
  for (let from = 0, to = offset; from < cells.length; to += rowBytes) {
    for (let i = 0; i < width; i++) table[to + i] = cells[from++]!;
  }
}

function isReal(code: ElementCode): code is NumberCode {
  return Object.hasOwn(NUMBER_BYTES, code);
}

function unwritable(input: FitsColumnInput, message: string): FitsError {
  return new FitsError('unwritable', `Column ${input.name}: ${message}`);
}
