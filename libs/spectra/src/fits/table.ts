import { FitsError } from './fits-error.ts';
import type { FitsHeader } from './header.ts';
import { scaled } from './image.ts';
import { decodeNumbers, isSignOffset } from './numbers.ts';
import type { FitsNumbers, NumberCode } from './numbers.ts';
import { elementBytes, parseDimensions, parseTableFormat } from './table-format.ts';
import type { ElementCode, TableFormat } from './table-format.ts';

/** All the cells of a column of fixed width. */
export type FitsCells = FitsNumbers | readonly string[] | readonly (boolean | null)[];

/** One variable-length array. */
export type FitsArray = FitsNumbers | string | readonly (boolean | null)[];

/** A binary table HDU. Columns are decoded when asked for. */
export class FitsTable {
  readonly kind = 'table';
  /** Index of the HDU. */
  readonly index: number;
  readonly header: FitsHeader;
  readonly rows: number;
  readonly columns: readonly FitsColumn[];

  /** @throws FitsError 'corrupt' where the header describes no binary table */
  constructor(index: number, header: FitsHeader, data: Uint8Array) {
    this.index = index;
    this.header = header;
    const rowBytes = header.size('NAXIS1');
    this.rows = header.size('NAXIS2');
    const fields = header.size('TFIELDS');
    const heapFrom = header.size('THEAP', rowBytes * this.rows);
    if (heapFrom < rowBytes * this.rows) throw header.corrupt('THEAP', 'The heap begins inside the rows');
    const bytes: TableBytes = { data, rowBytes, rows: this.rows, heap: data.subarray(heapFrom), hdu: index };
    const columns: FitsColumn[] = [];
    let offset = 0;
    for (let field = 1; field <= fields; field++) {
      const column = new FitsColumn(header, field, offset, bytes);
      columns.push(column);
      offset += column.format.width;
    }
    if (offset !== rowBytes) {
      throw header.corrupt('NAXIS1', `The columns take ${offset} bytes a row, but NAXIS1 says ${rowBytes}`);
    }
    if (rowBytes === 0 && fields > 0 && this.rows > 0) {
      throw header.corrupt('NAXIS2', `The table has ${this.rows} rows of no bytes`);
    }
    this.columns = columns;
  }

  /** EXTNAME, or '' where there is none. */
  get name(): string {
    return this.header.string('EXTNAME') ?? '';
  }

  /** Whether a column of this name exists; upper and lower case are the same, as the standard asks. */
  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /**
   * The column of this name.
   * @throws FitsError 'not-found'
   */
  column(name: string): FitsColumn {
    const column = this.#find(name);
    if (column !== undefined) return column;
    const names = this.columns.map((other) => other.name).join(', ');
    throw new FitsError('not-found', `The table has no column ${name}, only: ${names}`, { hdu: this.index });
  }

  #find(name: string): FitsColumn | undefined {
    const wanted = name.toLowerCase();
    return this.columns.find((column) => column.name.toLowerCase() === wanted);
  }
}

interface TableBytes {
  readonly data: Uint8Array;
  readonly rowBytes: number;
  readonly rows: number;
  readonly heap: Uint8Array;
  readonly hdu: number;
}

/** A column of a binary table. */
export class FitsColumn {
  /** TTYPE, or '' where there is none. */
  readonly name: string;
  readonly format: TableFormat;
  /** TUNIT. */
  readonly unit: string | undefined;
  /** TDIM, fastest first. */
  readonly dimensions: readonly number[] | undefined;
  /** TNULL: the stored integer that means "no value". */
  readonly nullValue: number | bigint | undefined;
  readonly #scale: number;
  readonly #zero: number;
  readonly #offset: number;
  readonly #table: TableBytes;

  /**
   * @param field number of the column, from 1
   * @param offset of the column's bytes in a row
   * @throws FitsError 'corrupt' where TFORM is none
   */
  constructor(header: FitsHeader, field: number, offset: number, table: TableBytes) {
    const keyword = `TFORM${field}`;
    const text = header.string(keyword);
    const format = text === undefined ? undefined : parseTableFormat(text);
    if (format === undefined) throw header.corrupt(keyword, `${keyword} is no column format: ${text ?? 'absent'}`);
    this.name = header.string(`TTYPE${field}`) ?? '';
    this.format = format;
    this.unit = header.string(`TUNIT${field}`);
    this.dimensions = parseDimensions(header.string(`TDIM${field}`) ?? '');
    this.nullValue = header.integer(`TNULL${field}`);
    this.#scale = header.number(`TSCAL${field}`) ?? 1;
    this.#zero = header.number(`TZERO${field}`) ?? 0;
    this.#offset = offset;
    this.#table = table;
  }

  /**
   * All cells of a column of fixed width, row after row: physical numbers (TSCAL and TZERO applied; complex numbers
   * as pairs; null integers as they are stored unless scaled, then NaN), one boolean a bit for X, true, false or
   * null for L, strings without the blanks behind them for A.
   * @throws FitsError 'not-found' for a column of variable-length arrays, which {@link arrays} reads
   */
  values(): FitsCells {
    const { code } = this.format;
    if (code === 'P' || code === 'Q') {
      throw this.#unfit('holds variable-length arrays: read its arrays');
    }
    return this.#decode(code, this.#cells(), this.format.repeat);
  }

  /**
   * All numbers of a column of fixed width, row after row, in double precision: TSCAL and TZERO applied, NaN for
   * TNULL.
   * @throws FitsError 'not-found' where the column holds no real numbers
   */
  numbers(): Float64Array {
    const values = this.values();
    if (!ArrayBuffer.isView(values) || 'XCM'.includes(this.format.code)) throw this.#unfit('holds no real numbers');
    if (values instanceof Float64Array) return values;
    return scaled(values, 1, 0, this.nullValue);
  }

  /**
   * All strings of an A column, row after row; several a row where TDIM says so.
   * @throws FitsError 'not-found' where the column holds no text
   */
  strings(): readonly string[] {
    if (this.format.code !== 'A') throw this.#unfit('holds no text');
    return this.values() as readonly string[];
  }

  /**
   * The variable-length array of every row, decoded as by {@link values}.
   * @throws FitsError 'not-found' where the column has a fixed width, 'corrupt' where an array leaves the heap
   */
  arrays(): readonly FitsArray[] {
    const { code, element, repeat } = this.format;
    if ((code !== 'P' && code !== 'Q') || element === undefined) throw this.#unfit('has cells of fixed width');
    const { heap, rows, hdu } = this.#table;
    if (repeat === 0) return Array.from({ length: rows }, () => this.#decodeArray(element, new Uint8Array(0), 0));
    const cells = this.#cells();
    const descriptors =
      code === 'P' ? (decodeNumbers(cells, 'J') as Int32Array) : (decodeNumbers(cells, 'K') as BigInt64Array);
    return Array.from({ length: rows }, (_, row) => {
      const count = Number(descriptors[2 * row]);
      const from = count === 0 ? 0 : Number(descriptors[2 * row + 1]);
      const to = from + elementBytes(element, count);
      if (count < 0 || from < 0 || to > heap.length) {
        throw new FitsError(
          'corrupt',
          `Column ${this.name}, row ${row}: an array of ${count} at ${from} leaves the heap of ${heap.length} bytes`,
          { hdu },
        );
      }
      return this.#decodeArray(element, heap.subarray(from, to), count);
    });
  }

  /** The column's bytes of every row, one behind another. */
  #cells(): Uint8Array {
    const { data, rowBytes, rows } = this.#table;
    const { width } = this.format;
    if (width === rowBytes || rows === 1) return data.subarray(this.#offset, this.#offset + rows * width);
    const cells = new Uint8Array(rows * width);
    let to = 0;
    for (let row = 0, from = this.#offset; row < rows; row++, from += rowBytes) {
      for (let i = 0; i < width; i++) cells[to++] = data[from + i]!;
    }
    return cells;
  }

  #decodeArray(element: ElementCode, bytes: Uint8Array, count: number): FitsArray {
    if (element === 'A') return trimString(latin1(bytes));
    return this.#decode(element, bytes, count) as Exclude<FitsCells, readonly string[]>;
  }

  #decode(code: ElementCode, cells: Uint8Array, count: number): FitsCells {
    switch (code) {
      case 'L':
        return Array.from(cells, decodeLogical);
      case 'X':
        return unpackBits(cells, count);
      case 'A':
        return this.#decodeStrings(cells, count);
      case 'C':
        return this.#scaleComplex(decodeNumbers(cells, 'E') as Float32Array);
      case 'M':
        return this.#scaleComplex(decodeNumbers(cells, 'D') as Float64Array);
      default:
        return this.#scaleReal(cells, code);
    }
  }

  #scaleReal(cells: Uint8Array, code: NumberCode): FitsNumbers {
    if (this.#scale === 1) {
      if (this.#zero === 0) return decodeNumbers(cells, code);
      if (isSignOffset(code, this.#zero)) return decodeNumbers(cells, code, true);
    }
    return scaled(decodeNumbers(cells, code), this.#scale, this.#zero, this.nullValue);
  }

  #scaleComplex(pairs: Float32Array | Float64Array): FitsNumbers {
    if (this.#scale === 1 && this.#zero === 0) return pairs;
    // TZERO is real, so that it moves the real parts only.
    return Float64Array.from(pairs, (part, i) => part * this.#scale + (i % 2 === 0 ? this.#zero : 0));
  }

  #decodeStrings(cells: Uint8Array, count: number): readonly string[] {
    const text = latin1(cells);
    const width = this.dimensions !== undefined && this.dimensions.length > 1 ? this.dimensions[0]! : count;
    if (width === 0) return Array.from({ length: this.#table.rows }, () => '');
    const strings: string[] = [];
    for (let from = 0; from < text.length; from += width) strings.push(trimString(text.slice(from, from + width)));
    return strings;
  }

  #unfit(message: string): FitsError {
    return new FitsError('not-found', `Column ${this.name} ${message}`, { hdu: this.#table.hdu });
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function decodeLogical(byte: number): boolean | null {
  if (byte === 0x54) return true;
  return byte === 0x46 ? false : null;
}

/** Bits, most significant first, as 0 and 1; `count` a row, each row in whole bytes. */
function unpackBits(cells: Uint8Array, count: number): Uint8Array {
  const rowBytes = Math.ceil(count / 8);
  const rows = rowBytes === 0 ? 0 : cells.length / rowBytes;
  const bits = new Uint8Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let bit = 0; bit < count; bit++) {
      bits[row * count + bit] = (cells[row * rowBytes + (bit >>> 3)]! >>> (7 - (bit & 7))) & 1;
    }
  }
  return bits;
}

/** A string ends at the first NUL (FITS standard 4.0, section 7.3.3.1); blanks behind it mean nothing. */
function trimString(text: string): string {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).trimEnd();
}
