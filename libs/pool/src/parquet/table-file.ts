import { parquetScan, parquetSchema } from 'hyparquet';
import type { FileMetaData, ParquetScan, SchemaTree } from 'hyparquet';
import { PoolError, toPoolError } from '../pool-error.ts';
import { markFailures } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { decompressors } from './codecs.ts';
import { ChunkBuffer, readPages } from './column-pages.ts';
import type { ChunkPages } from './column-pages.ts';
import { readDenseRows, readListRows } from './float-lists.ts';
import { asyncBuffer, readFooter } from './footer.ts';
import { mayHold } from './row-group-bounds.ts';
import { convertScalars } from './scalars.ts';
import type { ScalarPart } from './scalars.ts';
import { float32List, pickColumns } from './schema.ts';
import type { Column, DenseColumn, ScalarColumn, TableData, TableSchema } from './schema.ts';
import { describeColumn, listShape } from './stored-columns.ts';
import type { StoredColumn } from './stored-columns.ts';

/** Rows asked for one by one are read together if no more than this lie between them. */
const ROW_GAP = 256;

/** Row groups fetched while one is decoded: a store answers several requests in the time of one. 4.6 MB each. */
const GROUPS_AHEAD = 3;

/** Rows [start, end), or single rows in the order wanted. */
export type RowSelection = { readonly start: number; readonly end: number } | readonly number[];

export interface ReadOptions {
  /** All rows if not given. */
  rows?: RowSelection;
}

/** Rows [start, end) of a table that were written together. */
export interface RowGroupBounds {
  start: number;
  end: number;
  /** Values in all of its columns together. */
  values: number;
  /** Whether some of its rows can be read without reading all before them. */
  indexed: boolean;
}

/** Rows of one row group, by their numbers within it. */
interface Stretch {
  group: number;
  groupStart: number;
  start: number;
  end: number;
}

/**
 * An open Parquet file: ours, or one that pyarrow, DuckDB, Spark … wrote. The footer is read once; columns and rows are
 * read by range as they are asked for.
 */
export class TableFile {
  readonly #source: ByteSource;
  readonly #footer: FileMetaData;
  readonly #tree: SchemaTree;
  readonly #scan: ParquetScan;
  readonly #groupStarts: number[];
  /** Number of rows. */
  readonly rows: number;
  /** Key/value metadata of the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The columns as stored, in file order. */
  readonly columns: readonly StoredColumn[];

  private constructor(source: ByteSource, footer: FileMetaData, scan: ParquetScan) {
    this.#source = source;
    this.#footer = footer;
    this.#tree = parquetSchema(footer);
    this.#scan = scan;
    this.#groupStarts = [0];
    for (const group of footer.row_groups) this.#groupStarts.push(this.#groupStarts.at(-1)! + Number(group.num_rows));
    this.rows = this.#groupStarts.at(-1)!;
    if (this.rows !== Number(footer.num_rows) || !Number.isSafeInteger(this.rows)) {
      throw new Error(`the footer counts ${footer.num_rows} rows, its row groups ${this.rows}`);
    }
    this.metadata = Object.fromEntries((footer.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']));
    this.columns = this.#tree.children.map(describeColumn);
  }

  /** The row groups, in order. */
  get rowGroups(): RowGroupBounds[] {
    return this.#footer.row_groups.map(({ columns }, group) => ({
      start: this.#groupStarts[group]!,
      end: this.#groupStarts[group + 1]!,
      values: columns.reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values ?? 0), 0),
      indexed: columns.every(({ offset_index_offset }) => offset_index_offset !== undefined),
    }));
  }

  /** Opens a file. Errors: PoolError 'not-parquet', 'corrupt'; whatever the source throws passes through. */
  static async open(source: ByteSource): Promise<TableFile> {
    const marked = markFailures(source);
    try {
      const footer = await readFooter(marked);
      const scan = await parquetScan({ file: asyncBuffer(marked), metadata: footer, compressors: decompressors });
      return new TableFile(marked, footer, scan);
    } catch (error) {
      throw toPoolError('The footer of the Parquet file', error);
    }
  }

  /**
   * Reads the columns of `schema`. Numbers are widened where no value changes (int32 to int64 or float64, float32 to
   * float64), and float64 lists are rounded where float32 is asked for.
   * Errors: PoolError 'missing-column', 'column-type', 'null-value', 'ragged', 'row-range', 'corrupt', 'unsupported'.
   */
  async read<S extends TableSchema>(schema: S, options: ReadOptions = {}): Promise<TableData<S>> {
    const { stretches, order } = this.#plan(options.rows);
    const entries = await Promise.all(
      Object.entries(schema).map(async ([name, column]) => {
        const data = await this.#readColumn(name, column, stretches);
        return [name, order ? reorder(data, column, order) : data];
      }),
    );
    return Object.fromEntries(entries) as TableData<S>;
  }

  /**
   * The first row of each given value of a scalar column; values that the column lacks are not in the answer. Row
   * groups that cannot hold any, by their statistics, are not read.
   * Errors: as for read.
   */
  async findRows(name: string, values: Iterable<string> | Iterable<number>): Promise<Map<string | number, number>> {
    const wanted = new Set<string | number>(values);
    const found = new Map<string | number, number>();
    const type = typeof [...wanted][0] === 'number' ? 'float64' : 'string';
    const column: ScalarColumn = { kind: 'scalar', type, nullable: true };
    const chunk = this.#leafIndex(this.#column(name));
    for (let group = 0; group < this.#footer.row_groups.length && found.size < wanted.size; group++) {
      const left = [...wanted].filter((value) => !found.has(value));
      const statistics = this.#footer.row_groups[group]!.columns[chunk]?.meta_data?.statistics;
      if (!left.some((value) => mayHold(statistics, value))) continue;
      const groupStart = this.#groupStarts[group]!;
      const stretch = { group, groupStart, start: 0, end: this.#groupStarts[group + 1]! - groupStart };
      const data = (await this.#readColumn(name, column, [stretch])) as (string | number | null)[];
      data.forEach((value, row) => {
        if (value !== null && wanted.has(value) && !found.has(value)) found.set(value, groupStart + row);
      });
    }
    return found;
  }

  /** The number of values in the first row of a column of lists; undefined if the table is empty. Errors: as for read. */
  async widthOf(name: string): Promise<number | undefined> {
    if (this.rows === 0) return undefined;
    const first = await this.read({ [name]: float32List }, { rows: { start: 0, end: 1 } });
    return first[name]?.[0]?.length;
  }

  #column(name: string): SchemaTree {
    const column = this.#tree.children.find(({ element }) => element.name === name);
    if (column) return column;
    const names = this.columns.map((stored) => stored.name).join(', ');
    throw new PoolError('missing-column', `The Parquet file has no column ${name}; its columns are ${names}.`);
  }

  /** Which column chunk of a row group holds a column's first leaf. */
  #leafIndex(column: SchemaTree): number {
    const leaves = (node: SchemaTree): number =>
      node.children.length === 0 ? 1 : node.children.reduce((sum, child) => sum + leaves(child), 0);
    return this.#tree.children
      .slice(0, this.#tree.children.indexOf(column))
      .reduce((sum, node) => sum + leaves(node), 0);
  }

  /** The stretches of row groups that hold the selected rows, and where in them each wanted row lies. */
  #plan(selection: RowSelection | undefined): { stretches: Stretch[]; order?: number[] } {
    if (!selection) return { stretches: this.#stretches(0, this.rows) };
    if (!Array.isArray(selection)) {
      const { start, end } = selection as { start: number; end: number };
      this.#checkRow(start, this.rows);
      this.#checkRow(end, this.rows);
      return { stretches: this.#stretches(start, Math.max(start, end)) };
    }
    const wanted = selection as readonly number[];
    for (const row of wanted) this.#checkRow(row, this.rows - 1);
    const stretches: Stretch[] = [];
    const positions = new Map<number, number>();
    const sorted = [...new Set(wanted)].toSorted((a, b) => a - b);
    let read = 0;
    for (let i = 0; i < sorted.length;) {
      let last = i;
      while (last + 1 < sorted.length && sorted[last + 1]! - sorted[last]! <= ROW_GAP) last++;
      const start = sorted[i]!;
      for (; i <= last; i++) positions.set(sorted[i]!, read + sorted[i]! - start);
      stretches.push(...this.#stretches(start, sorted[last]! + 1));
      read += sorted[last]! + 1 - start;
    }
    return { stretches, order: wanted.map((row) => positions.get(row)!) };
  }

  #checkRow(row: number, last: number): void {
    if (Number.isInteger(row) && row >= 0 && row <= last) return;
    throw new PoolError('row-range', `Row ${row} was asked for; the table has ${this.rows} rows, counted from 0.`);
  }

  /** Rows [start, end) cut at row group boundaries. */
  #stretches(start: number, end: number): Stretch[] {
    const stretches: Stretch[] = [];
    for (let group = 0; group + 1 < this.#groupStarts.length; group++) {
      const groupStart = this.#groupStarts[group]!;
      const from = Math.max(start, groupStart);
      const to = Math.min(end, this.#groupStarts[group + 1]!);
      if (from < to) stretches.push({ group, groupStart, start: from - groupStart, end: to - groupStart });
    }
    return stretches;
  }

  async #readColumn(name: string, column: Column, stretches: Stretch[]): Promise<unknown> {
    const node = this.#column(name);
    try {
      if (column.kind === 'scalar') return await this.#readScalars(node, column, stretches);
      if (column.kind === 'dense') return await this.#readDense(node, column, stretches);
      const make = column.type === 'float32' ? Float32Array : Float64Array;
      const shape = listShape(node);
      const lists: unknown[] = [];
      for (const stretch of stretches) {
        const pages = await this.#pages(node, stretch);
        const rows = readListRows<Float32Array | Float64Array>(shape, pages, stretch, make);
        const missing = column.nullable ? -1 : rows.indexOf(null);
        if (missing >= 0) {
          const row = stretch.groupStart + stretch.start + missing;
          throw new PoolError('null-value', `Column ${name}, row ${row}: the list is null, where one is required.`);
        }
        for (const list of rows) lists.push(list);
      }
      return lists;
    } catch (error) {
      throw toPoolError(`Column ${name} of the Parquet file`, error);
    }
  }

  async #readScalars(node: SchemaTree, column: ScalarColumn, stretches: Stretch[]): Promise<unknown> {
    const name = node.element.name;
    const parts: ScalarPart[] = [];
    for (const { groupStart, start, end } of stretches) {
      const rowStart = groupStart + start;
      const rowEnd = groupStart + end;
      const values = await this.#scan.readColumn({ column: name, rowStart, rowEnd });
      if (values.length !== end - start) throw new Error(`${values.length} values in ${end - start} rows`);
      parts.push({ values, firstRow: rowStart });
    }
    return convertScalars(node, column, parts);
  }

  async #readDense(node: SchemaTree, column: DenseColumn, stretches: Stretch[]): Promise<Float32Array> {
    const { width } = column;
    const shape = listShape(node);
    let rows = 0;
    for (const { start, end } of stretches) rows += end - start;
    const out = new Float32Array(rows * width);
    let at = 0;
    // The next row groups are fetched while this one is decoded, so buffers take turns.
    const buffers = Array.from({ length: GROUPS_AHEAD + 1 }, () => new ChunkBuffer());
    const fetched: Promise<ChunkPages>[] = [];
    for (const [i, stretch] of stretches.entries()) {
      while (fetched.length < Math.min(i + buffers.length, stretches.length)) {
        const next = fetched.length;
        const pages = this.#pages(node, stretches[next]!, buffers[next % buffers.length]);
        pages.catch(() => {}); // thrown by the await below, unless an earlier row group fails first
        fetched.push(pages);
      }
      readDenseRows(shape, await fetched[i]!, stretch, width, out, at);
      at += (stretch.end - stretch.start) * width;
    }
    return out;
  }

  async #pages(node: SchemaTree, stretch: Stretch, buffer?: ChunkBuffer): Promise<ChunkPages> {
    const { columns, num_rows } = this.#footer.row_groups[stretch.group]!;
    const chunk = columns[this.#leafIndex(node)];
    if (!chunk) throw new Error('a row group lacks the column');
    const rows = { start: stretch.start, end: stretch.end, of: Number(num_rows) };
    return readPages(this.#source, chunk, { repeated: true, optional: true }, rows, buffer);
  }
}

/** Rows that were read, brought into the order asked for. */
function reorder(data: unknown, column: Column, order: number[]): unknown {
  if (column.kind === 'dense') {
    const { width } = column;
    const values = data as Float32Array;
    const out = new Float32Array(order.length * width);
    order.forEach((from, to) => out.set(values.subarray(from * width, (from + 1) * width), to * width));
    return out;
  }
  const values = data as { constructor: { from(values: unknown[]): unknown }; [row: number]: unknown };
  return values.constructor.from(order.map((from) => values[from]));
}

/** Reads columns of a Parquet file in one call; see TableFile. */
export async function readTable<S extends TableSchema>(
  source: ByteSource,
  schema: S,
  options: ReadOptions & { columns?: readonly (keyof S & string)[] } = {},
): Promise<TableData<S>> {
  const file = await TableFile.open(source);
  const picked = options.columns ? (pickColumns(schema, options.columns) as unknown as S) : schema;
  return file.read(picked, options);
}
