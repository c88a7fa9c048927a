import { parseFloatToken } from './card.ts';
import { FitsError } from './fits-error.ts';
import type { FitsHeader } from './header.ts';

const FORMAT = /^([AIFED])(\d+)(?:\.(\d+))?$/;

/** An ASCII table HDU (XTENSION = 'TABLE'; FITS standard 4.0, section 7.2). */
export class FitsAsciiTable {
  readonly kind = 'ascii-table';
  /** Index of the HDU. */
  readonly index: number;
  readonly header: FitsHeader;
  readonly rows: number;
  readonly columns: readonly FitsAsciiColumn[];

  /** @throws FitsError 'corrupt' where the header describes no ASCII table */
  constructor(index: number, header: FitsHeader, data: Uint8Array) {
    this.index = index;
    this.header = header;
    this.rows = header.size('NAXIS2');
    const rowBytes = header.size('NAXIS1');
    const fields = header.size('TFIELDS');
    if (rowBytes === 0 && fields > 0 && this.rows > 0) {
      throw header.corrupt('NAXIS2', `The table has ${this.rows} rows of no characters`);
    }
    this.columns = Array.from(
      { length: fields },
      (_, i) => new FitsAsciiColumn(header, i + 1, data, rowBytes, this.rows, index),
    );
  }

  /** EXTNAME, or '' where there is none. */
  get name(): string {
    return this.header.string('EXTNAME') ?? '';
  }
}

/** A column of an ASCII table. */
export class FitsAsciiColumn {
  /** TTYPE, or '' where there is none. */
  readonly name: string;
  /** TUNIT. */
  readonly unit: string | undefined;
  /** What the column holds: text (A), whole numbers (I) or floating point (F, E, D). */
  readonly code: 'A' | 'I' | 'F' | 'E' | 'D';
  readonly #width: number;
  readonly #decimals: number;
  readonly #from: number;
  readonly #nullText: string | undefined;
  readonly #scale: number;
  readonly #zero: number;
  readonly #data: Uint8Array;
  readonly #rowBytes: number;
  readonly #rows: number;
  readonly #hdu: number;

  constructor(header: FitsHeader, field: number, data: Uint8Array, rowBytes: number, rows: number, hdu: number) {
    const text = header.string(`TFORM${field}`)?.trim() ?? '';
    const [, code, width, decimals = '0'] = FORMAT.exec(text) ?? [];
    if (code === undefined) throw header.corrupt(`TFORM${field}`, `'${text}' is no format of an ASCII table`);
    this.name = header.string(`TTYPE${field}`) ?? '';
    this.unit = header.string(`TUNIT${field}`);
    this.code = code as FitsAsciiColumn['code'];
    this.#width = Number(width);
    this.#decimals = Number(decimals);
    this.#from = header.size(`TBCOL${field}`) - 1;
    this.#nullText = header.string(`TNULL${field}`)?.trim();
    this.#scale = header.number(`TSCAL${field}`) ?? 1;
    this.#zero = header.number(`TZERO${field}`) ?? 0;
    this.#data = data;
    this.#rowBytes = rowBytes;
    this.#rows = rows;
    this.#hdu = hdu;
    if (this.#from < 0 || this.#from + this.#width > rowBytes) {
      throw header.corrupt(`TBCOL${field}`, `Column ${field} leaves the row of ${rowBytes} characters`);
    }
  }

  /** The fields of all rows as text, without the blanks behind them. */
  strings(): readonly string[] {
    const text = Buffer.from(this.#data.buffer, this.#data.byteOffset, this.#data.length);
    return Array.from({ length: this.#rows }, (_, row) => {
      const from = row * this.#rowBytes + this.#from;
      return text.toString('latin1', from, from + this.#width).trimEnd();
    });
  }

  /**
   * The fields of all rows as numbers, TSCAL and TZERO applied; NaN for TNULL and zero for blank fields (section 7.2.5).
   * @throws FitsError 'not-found' for a text column, 'corrupt' for a field that is no number
   */
  numbers(): Float64Array {
    if (this.code === 'A') throw new FitsError('not-found', `Column ${this.name} holds no numbers`, { hdu: this.#hdu });
    return Float64Array.from(this.strings(), (field, row) => {
      const token = field.trim();
      if (token === this.#nullText) return NaN;
      const stored = token === '' ? 0 : parseFloatToken(this.#withPoint(token));
      if (Number.isNaN(stored)) {
        const message = `Column ${this.name}, row ${row}: '${token}' is no number`;
        throw new FitsError('corrupt', message, { hdu: this.#hdu });
      }
      return stored * this.#scale + this.#zero;
    });
  }

  /** Puts in the decimal point that TFORM implies where a floating-point field has none (section 7.2.5). */
  #withPoint(token: string): string {
    if (this.code === 'I' || this.#decimals === 0 || token.includes('.')) return token;
    const [, mantissa = '', exponent = ''] = /^([+-]?\d+)(.*)$/.exec(token) ?? [];
    const digits = mantissa.padStart(this.#decimals + 1, '0');
    return `${digits.slice(0, -this.#decimals)}.${digits.slice(-this.#decimals)}${exponent}`;
  }
}
