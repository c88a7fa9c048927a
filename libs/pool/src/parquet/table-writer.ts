import type { ColumnChunk, FileMetaData, KeyValue, RowGroup, SchemaElement, Statistics } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { writeIndexes } from 'hyparquet-writer/src/indexes.js';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { PoolError } from '../pool-error.ts';
import { ARROW_SCHEMA_KEY, arrowSchema } from './arrow-schema.ts';
import { BytesSink } from './byte-source.ts';
import type { ByteSink } from './byte-source.ts';
import { compressPage } from './codecs.ts';
import { encodeLists, encodeScalars } from './encode-values.ts';
import { constantLevels, denseRepetitionLevels, encodeLevels, encodePresence } from './levels.ts';
import { PARQUET_TYPES, parquetElements } from './parquet-elements.ts';
import { RowBuffer } from './row-buffer.ts';
import type { Column, DenseColumn, ListColumn, ScalarColumn, TableInput, TableSchema } from './schema.ts';

/** Rows of a row group: large enough to read fast, small enough for point lookups (4.6 MB of features). */
export const DEFAULT_GROUP_ROWS = 8192;
/** Rows of a page of a dense column. */
const DENSE_PAGE_ROWS = 1024;
/** Bytes after which a page of lists ends; a page holds whole rows. */
const LIST_PAGE_BYTES = 1 << 18;
/** Bytes that the bounds of a string keep in statistics; longer ones are cut, rounding outwards. */
const BOUND_BYTES = 64;
/** "PAR1", little endian. */
const MAGIC = 0x31524150;

export interface TableWriterOptions {
  /** Key/value metadata of the file. */
  metadata?: Readonly<Record<string, string>>;
  /** Rows of a row group, DEFAULT_GROUP_ROWS if not given. */
  groupRows?: number;
}

type PageIndexes = Parameters<typeof writeIndexes>[1][number];

/**
 * Writes a table as Parquet, one row group after the other, so that memory holds one group at a time.
 *
 * Dense columns are PLAIN and uncompressed, a required list of required floats without dictionary or statistics; all
 * other columns are PLAIN and zstd, with statistics on scalars. Pages are V1, which every reader takes.
 */
export class TableWriter<S extends TableSchema> {
  readonly #schema: S;
  readonly #columns: [name: string, column: Column][];
  readonly #sink: ByteSink;
  readonly #metadata: Readonly<Record<string, string>>;
  readonly #groupRows: number;
  readonly #pending: RowBuffer;
  readonly #writer = new ByteWriter(1 << 16);
  readonly #groups: RowGroup[] = [];
  readonly #indexes: PageIndexes[] = [];
  #rows = 0;

  /** Errors: PoolError 'invalid-rows' for a schema that cannot be written. */
  constructor(schema: S, sink: ByteSink, options: TableWriterOptions = {}) {
    this.#schema = schema;
    this.#columns = Object.entries(schema);
    this.#sink = sink;
    this.#metadata = options.metadata ?? {};
    this.#groupRows = options.groupRows ?? DEFAULT_GROUP_ROWS;
    if (this.#columns.length === 0) throw new PoolError('invalid-rows', 'A table needs at least one column.');
    for (const [name, column] of this.#columns) {
      if (column.kind === 'dense' && !(Number.isInteger(column.width) && column.width > 0)) {
        throw new PoolError(
          'invalid-rows',
          `Column ${name}: a dense column needs a width of at least 1, not ${column.width}.`,
        );
      }
    }
    this.#pending = new RowBuffer(schema, this.#groupRows);
    this.#writer.appendUint32(MAGIC);
  }

  /** Rows given so far. */
  get rows(): number {
    return this.#rows + this.#pending.rows;
  }

  /**
   * Adds rows, given by column; writes the row groups that are full.
   * Errors: PoolError 'invalid-rows' for columns of different lengths, or a value that its column cannot hold.
   */
  async append(rows: TableInput<S>): Promise<void> {
    const count = this.#countRows(rows);
    let start = 0;
    while (start < count) {
      const left = count - start;
      // A whole group is encoded where it lies; only the ends of an append are copied.
      if (this.#pending.rows === 0 && left >= this.#groupRows) {
        await this.#writeGroup(rows, start, start + this.#groupRows);
        start += this.#groupRows;
        continue;
      }
      const taken = Math.min(left, this.#groupRows - this.#pending.rows);
      this.#pending.push(rows, start, start + taken);
      start += taken;
      if (this.#pending.rows === this.#groupRows) await this.#writePending();
    }
  }

  /** Writes what is left and the footer. The writer cannot be used afterwards. */
  async finish(): Promise<void> {
    if (this.#pending.rows > 0) await this.#writePending();
    writeIndexes(this.#writer, this.#indexes);
    const pairs: KeyValue[] = Object.entries(this.#metadata).map(([key, value]) => ({ key, value }));
    const metadata: Omit<FileMetaData, 'metadata_length'> = {
      version: 2,
      created_by: 'spectrawl',
      schema: parquetElements(this.#schema),
      num_rows: BigInt(this.#rows),
      row_groups: this.#groups,
      key_value_metadata: [...pairs, { key: ARROW_SCHEMA_KEY, value: arrowSchema(this.#schema, this.#metadata) }],
    };
    writeMetadata(this.#writer, metadata as FileMetaData, BOUND_BYTES);
    this.#writer.appendUint32(MAGIC);
    await this.#flush();
  }

  #countRows(rows: TableInput<S>): number {
    let count: number | undefined;
    for (const [name, column] of this.#columns) {
      const values = rows[name] as ArrayLike<unknown> | undefined;
      if (!values) throw new PoolError('invalid-rows', `Column ${name} is missing from the rows to write.`);
      const width = column.kind === 'dense' ? column.width : 1;
      if (column.kind === 'dense' && !(values instanceof Float32Array)) {
        throw new PoolError('invalid-rows', `Column ${name} must be a Float32Array of rows × ${width} values.`);
      }
      const length = values.length / width;
      count ??= length;
      if (length !== count) {
        throw new PoolError('invalid-rows', `Column ${name} has ${length} rows, the columns before it ${count}.`);
      }
    }
    return count ?? 0;
  }

  async #writePending(): Promise<void> {
    const rows = this.#pending.take();
    await this.#writeGroup(rows.columns as TableInput<S>, 0, rows.count);
  }

  async #writeGroup(rows: TableInput<S>, start: number, end: number): Promise<void> {
    const groupStart = this.#writer.offset;
    const columns = this.#columns.map(([name, column]) => {
      const values = rows[name] as ArrayLike<unknown>;
      if (column.kind === 'dense') return this.#writeDense(name, column, values as Float32Array, start, end);
      if (column.kind === 'list') return this.#writeLists(name, column, values as readonly Float32Array[], start, end);
      return this.#writeScalars(name, column, values, start, end);
    });
    let size = 0n;
    for (const chunk of columns) size += chunk.meta_data?.total_uncompressed_size ?? 0n;
    this.#groups.push({
      columns,
      total_byte_size: size,
      num_rows: BigInt(end - start),
      total_compressed_size: BigInt(this.#writer.offset - groupStart),
    });
    this.#rows += end - start;
    await this.#flush();
  }

  #writeScalars(
    name: string,
    column: ScalarColumn,
    values: ArrayLike<unknown>,
    start: number,
    end: number,
  ): ColumnChunk {
    const chunk = new ChunkWriter(this.#writer, name, column);
    const page = encodeScalars(name, column.type, column.nullable, { values, start, end, firstRow: this.#rows });
    const levels = column.nullable ? [encodePresence(page.present, page.nullCount)] : [];
    chunk.page(0, end - start, levels, page.bytes, true);
    const bounds: Statistics = { null_count: BigInt(page.nullCount) };
    if (page.min !== undefined) bounds.min_value = page.min;
    if (page.max !== undefined) bounds.max_value = page.max;
    return this.#finishChunk(chunk, end - start, bounds);
  }

  #writeDense(name: string, column: DenseColumn, values: Float32Array, start: number, end: number): ColumnChunk {
    const chunk = new ChunkWriter(this.#writer, name, column);
    const { width } = column;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let row = start; row < end; row += DENSE_PAGE_ROWS) {
      const pageEnd = Math.min(end, row + DENSE_PAGE_ROWS);
      const count = (pageEnd - row) * width;
      const levels = [denseRepetitionLevels(pageEnd - row, width), constantLevels(1, count)];
      chunk.page(row - start, count, levels, bytes.subarray(row * width * 4, pageEnd * width * 4), false);
    }
    return this.#finishChunk(chunk, (end - start) * width);
  }

  #writeLists(
    name: string,
    column: ListColumn,
    lists: readonly (Float32Array | Float64Array | null)[],
    start: number,
    end: number,
  ): ColumnChunk {
    const chunk = new ChunkWriter(this.#writer, name, column);
    let values = 0;
    for (let row = start; row < end;) {
      let pageEnd = row;
      let size = 0;
      do size += lists[pageEnd++]?.byteLength ?? 0;
      while (pageEnd < end && size < LIST_PAGE_BYTES);
      const page = encodeLists(name, column.type, column.nullable, {
        values: lists,
        start: row,
        end: pageEnd,
        firstRow: this.#rows + row - start,
      });
      const levels = [encodeLevels(page.repetition), encodeLevels(page.definition)];
      chunk.page(row - start, page.repetition.length, levels, page.bytes, true);
      values += page.repetition.length;
      row = pageEnd;
    }
    return this.#finishChunk(chunk, values);
  }

  #finishChunk(writer: ChunkWriter, values: number, statistics?: Statistics): ColumnChunk {
    const { chunk, indexes } = writer.finish(values, statistics);
    this.#indexes.push(indexes);
    return chunk;
  }

  async #flush(): Promise<void> {
    const bytes = new Uint8Array(this.#writer.getBuffer());
    this.#writer.index = 0;
    await this.#sink.write(bytes);
  }
}

/** The pages of one column in one row group. */
class ChunkWriter {
  readonly #writer: ByteWriter;
  readonly #path: string[];
  readonly #element: SchemaElement['type'];
  readonly #start: number;
  readonly #locations: { offset: bigint; compressed_page_size: number; first_row_index: bigint }[] = [];
  #uncompressed = 0;
  #compressed = false;

  constructor(writer: ByteWriter, name: string, column: Column) {
    this.#writer = writer;
    this.#path = column.kind === 'scalar' ? [name] : [name, 'list', 'element'];
    this.#element = PARQUET_TYPES[column.kind === 'dense' ? 'float32' : column.type];
    this.#start = writer.offset;
  }

  /** One V1 page: its levels, each with its length in front, then its values. */
  page(firstRow: number, count: number, levels: Uint8Array[], values: Uint8Array, compress: boolean): void {
    const writer = this.#writer;
    let size = values.byteLength;
    for (const level of levels) size += 4 + level.byteLength;
    const parts: Uint8Array[] = [];
    for (const level of levels) {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, level.byteLength, true);
      parts.push(length, level);
    }
    parts.push(values);
    const body = compress ? [compressPage(Buffer.concat(parts, size))] : parts;
    const pageStart = writer.offset;
    writePageHeader(writer, {
      type: 'DATA_PAGE',
      uncompressed_page_size: size,
      compressed_page_size: compress ? body[0]!.byteLength : size,
      data_page_header: {
        num_values: count,
        encoding: 'PLAIN',
        definition_level_encoding: 'RLE',
        repetition_level_encoding: 'RLE',
      },
    });
    this.#uncompressed += writer.offset - pageStart + size;
    this.#compressed = compress;
    for (const part of body) writer.appendBytes(part);
    this.#locations.push({
      offset: BigInt(pageStart),
      compressed_page_size: writer.offset - pageStart,
      first_row_index: BigInt(firstRow),
    });
  }

  finish(values: number, statistics?: Statistics): { chunk: ColumnChunk; indexes: PageIndexes } {
    const chunk: ColumnChunk = {
      file_offset: BigInt(this.#start),
      meta_data: {
        type: this.#element!,
        encodings: ['PLAIN', 'RLE'],
        path_in_schema: this.#path,
        codec: this.#compressed ? 'ZSTD' : 'UNCOMPRESSED',
        num_values: BigInt(values),
        total_uncompressed_size: BigInt(this.#uncompressed),
        total_compressed_size: BigInt(this.#writer.offset - this.#start),
        data_page_offset: BigInt(this.#start),
        encoding_stats: [{ page_type: 'DATA_PAGE', encoding: 'PLAIN', count: this.#locations.length }],
        ...(statistics && { statistics }),
      },
    };
    return { chunk, indexes: { chunk, offsetIndex: { page_locations: this.#locations } } };
  }
}

/** A whole table as the bytes of one Parquet file. Errors as for TableWriter. */
export async function writeTable<S extends TableSchema>(
  schema: S,
  rows: TableInput<S>,
  options: TableWriterOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new BytesSink();
  const writer = new TableWriter(schema, sink, options);
  await writer.append(rows);
  await writer.finish();
  return sink.bytes();
}
