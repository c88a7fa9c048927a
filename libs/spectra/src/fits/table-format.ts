/** What a cell of a binary table holds: TFORM's letter (FITS standard 4.0, table 18). */
export type CellCode = 'L' | 'X' | 'B' | 'I' | 'J' | 'K' | 'A' | 'E' | 'D' | 'C' | 'M' | 'P' | 'Q';

/** Codes that a variable-length array may hold. */
export type ElementCode = Exclude<CellCode, 'P' | 'Q'>;

/** A column's TFORM, taken apart. */
export interface TableFormat {
  readonly code: CellCode;
  /** Elements a cell; bits for X, bytes for A, 0 or 1 for P and Q. */
  readonly repeat: number;
  /** Bytes a cell. */
  readonly width: number;
  /** What the arrays hold, for P and Q. */
  readonly element?: ElementCode;
}

/** Bytes of one element; of one descriptor for P and Q. X is counted apart: eight bits a byte. */
export const ELEMENT_BYTES: Readonly<Record<Exclude<CellCode, 'X'>, number>> = {
  L: 1,
  B: 1,
  I: 2,
  J: 4,
  K: 8,
  A: 1,
  E: 4,
  D: 8,
  C: 8,
  M: 16,
  P: 8,
  Q: 16,
};

const TFORM = /^(\d*)([LXBIJKAEDCMPQ])(.*)$/;
const ARRAY_ELEMENT = /^([LXBIJKAEDCM])(?:\(\d*\))?$/;

/** Takes a TFORM apart; undefined where it is none. */
export function parseTableFormat(text: string): TableFormat | undefined {
  const [, count = '', code, rest = ''] = TFORM.exec(text.trim()) ?? [];
  if (code === undefined) return undefined;
  const repeat = count === '' ? 1 : Number(count);
  const width = elementBytes(code as CellCode, repeat);
  if (!Number.isSafeInteger(width)) return undefined;
  if (code !== 'P' && code !== 'Q') return { code: code as CellCode, repeat, width };
  const [, element] = ARRAY_ELEMENT.exec(rest.trim()) ?? [];
  if (element === undefined || repeat > 1) return undefined;
  return { code, repeat, width, element: element as ElementCode };
}

/** Bytes that `count` elements take. */
export function elementBytes(code: CellCode, count: number): number {
  return code === 'X' ? Math.ceil(count / 8) : count * ELEMENT_BYTES[code];
}

/** The lengths in a TDIM such as `(3,4)`, fastest first; undefined where it is none. */
export function parseDimensions(text: string): readonly number[] | undefined {
  const [, inside] = /^\(([\d,\s]+)\)$/.exec(text.trim()) ?? [];
  if (inside === undefined) return undefined;
  const lengths = inside.split(',').map((length) => Number(length.trim() === '' ? NaN : length));
  return lengths.every((length) => Number.isSafeInteger(length)) ? lengths : undefined;
}
