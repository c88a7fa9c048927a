import { PoolError } from '../pool-error.ts';
import type { ChunkPages, DataPage } from './column-pages.ts';
import { floatDecoder } from './float-values.ts';
import type { FloatDecoder } from './float-values.ts';
import { DenseLevelCheck, decodeLevels, readHybrid } from './levels.ts';
import type { FloatType } from './schema.ts';

/** How a column of float lists is stored. */
export interface ListShape {
  name: string;
  stored: FloatType;
  /** Definition level of a value that is present. */
  present: number;
  /** Definition level from which a list has an element (null or not); one below is an empty list, less is null. */
  element: number;
}

/** Rows [start, end) of a row group, whose first row is row `groupStart` of the table. */
export interface GroupRows {
  start: number;
  end: number;
  groupStart: number;
}

/**
 * Decodes rows of lists of exactly `width` values into `out` from value `at`, row after row.
 * Errors: PoolError 'ragged' or 'null-value' naming the first row that is not `width` values.
 */
export function readDenseRows(
  shape: ListShape,
  { firstRow, dictionary, pages }: ChunkPages,
  rows: GroupRows,
  width: number,
  out: Float32Array,
  at: number,
): void {
  const decode = floatDecoder(shape.stored, dictionary);
  const check = new DenseLevelCheck(width);
  const begin = rows.start * width;
  const end = rows.end * width;
  let slot = firstRow * width;
  for (const page of pages) {
    if (slot >= end) break;
    const from = slot;
    slot += page.count;
    if (!check.accepts(page.repetition, page.count) || !allAt(page, shape.present)) {
      throw irregularRow(shape, page, from, width, rows.groupStart);
    }
    decodePart(decode, page, { from, begin, end }, out, at);
  }
  if (slot < end) {
    const row = rows.groupStart + Math.floor(slot / width);
    if (slot % width === 0) throw new Error(`the pages end at row ${row} of the table`);
    throw ragged(shape.name, row, slot % width, width);
  }
}

/** Copies the part of a page that lies in the wanted slots [begin, end). */
function decodePart(
  decode: FloatDecoder,
  page: DataPage,
  { from, begin, end }: { from: number; begin: number; end: number },
  out: Float32Array,
  at: number,
): void {
  const to = from + page.count;
  if (to <= begin) return;
  if (from >= begin && to <= end) {
    decode(page.encoding, page.values, page.count, out, at + from - begin);
    return;
  }
  const values = new Float32Array(page.count);
  decode(page.encoding, page.values, page.count, values, 0);
  const first = Math.max(from, begin);
  out.set(values.subarray(first - from, Math.min(to, end) - from), at + first - begin);
}

/** Whether every slot of the page holds a value. */
function allAt(page: DataPage, level: number): boolean {
  let all = true;
  const bits = bitWidth(level);
  readHybrid(
    page.definition,
    bits,
    page.count,
    (value) => {
      if (value !== level) all = false;
    },
    (value) => {
      if (value !== level) all = false;
    },
  );
  return all;
}

/** The error for the first row of a page that is not a list of `width` values; slow, since it is the last thing done. */
function irregularRow(shape: ListShape, page: DataPage, from: number, width: number, groupStart: number): PoolError {
  const repetition = decodeLevels(page.repetition, 1, page.count);
  const definition = decodeLevels(page.definition, bitWidth(shape.present), page.count);
  let row = Math.floor(from / width);
  let seen = from % width;
  const rowOf = () => groupStart + row;
  for (let i = 0; i < page.count; i++) {
    if (repetition[i] === 0 && seen > 0) {
      if (seen !== width) return ragged(shape.name, rowOf(), seen, width);
      row++;
      seen = 0;
    }
    const level = definition[i]!;
    if (level < shape.element - 1) return nullValue(shape.name, rowOf(), 'the list is null');
    if (level < shape.element) return ragged(shape.name, rowOf(), 0, width);
    if (level < shape.present) return nullValue(shape.name, rowOf(), `value ${seen} of the list is null`);
    seen++;
    if (seen > width) return ragged(shape.name, rowOf(), `more than ${width}`, width);
  }
  return ragged(shape.name, rowOf(), seen, width);
}

/**
 * Decodes rows of lists of any length; a row that is null gives null.
 * Errors: PoolError 'null-value' naming the row of a list that holds a null.
 */
export function readListRows<A extends Float32Array | Float64Array>(
  shape: ListShape,
  { firstRow, dictionary, pages }: ChunkPages,
  rows: GroupRows,
  make: new (length: number) => A,
): (A | null)[] {
  const decode = floatDecoder(shape.stored, dictionary);
  const parts: A[] = [];
  // Of each row from firstRow on: where its values begin among all that were decoded, −1 − that if the row is null.
  const starts: number[] = [];
  let total = 0;
  let kept = 0;
  for (const page of pages) {
    // The row after the last one wanted has begun.
    if (firstRow + starts.length > rows.end) break;
    const repetition = decodeLevels(page.repetition, 1, page.count);
    const definition = decodeLevels(page.definition, bitWidth(shape.present), page.count);
    const first = total;
    for (let i = 0; i < page.count; i++) {
      const level = definition[i]!;
      if (repetition[i] === 0) starts.push(level < shape.element - 1 ? -1 - total : total);
      if (level === shape.present) total++;
      else if (level >= shape.element) {
        // Other rows of the page are nobody's business.
        const row = firstRow + starts.length - 1;
        if (row >= rows.start && row < rows.end) {
          throw nullValue(shape.name, rows.groupStart + row, 'the list holds a null');
        }
      }
    }
    if (firstRow + starts.length <= rows.start) continue;
    if (parts.length === 0) kept = first;
    const values = new make(total - first);
    decode(page.encoding, page.values, values.length, values, 0);
    parts.push(values);
  }
  if (firstRow + starts.length < rows.end) {
    throw new Error(`the pages end at row ${rows.groupStart + firstRow + starts.length} of the table`);
  }
  const all = new make(total - kept);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  const lists: (A | null)[] = [];
  for (let row = rows.start - firstRow; row < rows.end - firstRow; row++) {
    const start = starts[row]!;
    const next = starts[row + 1] ?? total;
    lists.push(start < 0 ? null : (all.slice(start - kept, (next < 0 ? -1 - next : next) - kept) as A));
  }
  return lists;
}

const bitWidth = (level: number) => 32 - Math.clz32(level);

const ragged = (name: string, row: number, found: number | string, width: number) =>
  new PoolError('ragged', `Column ${name}, row ${row}: a list of ${found} values where every row must have ${width}.`);

const nullValue = (name: string, row: number, what: string) =>
  new PoolError('null-value', `Column ${name}, row ${row}: ${what}, where a value is required.`);
