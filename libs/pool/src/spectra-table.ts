import type { ByteSink, ByteSource } from './parquet/byte-source.ts';
import { float32, float32List, float64, float64List, int64, optional, string } from './parquet/schema.ts';
import type { Column, TableData, TableInput, TableSchema } from './parquet/schema.ts';
import { TableFile } from './parquet/table-file.ts';
import type { StoredColumn } from './parquet/stored-columns.ts';
import { TableWriter } from './parquet/table-writer.ts';

/** Rows of a row group: a few MB of Hα spectra, which a reader can take group by group. */
const GROUP_ROWS = 512;

/** Parts into which a row group is divided whose pages have no index, and the most bytes that such a part gets. */
const UNINDEXED_PARTS = 16;
const MOST_PART_BYTES = 2 ** 27;

/** Whole spectra in one table, as they are exchanged: what a pool is filled from, and what the simulator writes. */
const SPECTRA_TABLE_SCHEMA = {
  /** Unique in the pool that the table is meant for. */
  id: string,
  /** As the loaders name it. */
  survey: string,
  /** What the wavelengths are measured in: air or vacuum. */
  medium: string,
  designation: optional(string),
  obsid: optional(int64),
  /** Sky position, ICRS, degrees. */
  ra: optional(float64),
  dec: optional(float64),
  /** Signal-to-noise ratio a pixel. */
  snr: optional(float32),
  /** The survey's own classification. */
  class: optional(string),
  subclass: optional(string),
  /** Modified Julian date of the observation. */
  mjd: optional(float64),
  /** Å, ascending. */
  wavelength: float64List,
  /** One value a wavelength, in the survey's own unit. */
  flux: float32List,
};

export type SpectraTableSchema = typeof SPECTRA_TABLE_SCHEMA;
/** Rows to write, by column, in any order. */
export type SpectraTableRows = TableInput<SpectraTableSchema>;

/**
 * A writer for a table of spectra, row group by row group: append rows, then finish. Rows of one survey usually share
 * their wavelengths: give them the same array.
 */
export const spectraTableWriter = (sink: ByteSink): TableWriter<SpectraTableSchema> =>
  new TableWriter(SPECTRA_TABLE_SCHEMA, sink, { groupRows: GROUP_ROWS });

/** What is read of a table, whoever wrote it. Columns that a table may lack hold nulls then. */
const READ_SCHEMA = {
  id: optional(string),
  survey: optional(string),
  medium: optional(string),
  designation: optional(string),
  obsid: optional(string),
  ra: optional(float64),
  dec: optional(float64),
  snr: optional(float64),
  class: optional(string),
  subclass: optional(string),
  mjd: optional(float64),
  wavelength: optional(float64List),
  flux: optional(float32List),
} satisfies TableSchema;

type ReadSchema = typeof READ_SCHEMA;
/** Rows as read, by column; whole numbers in `id` and `obsid` are read as their digits. */
export type SpectraTableData = TableData<ReadSchema>;

/** Columns without which a table is no table of spectra. */
const REQUIRED: readonly string[] = ['id', 'wavelength', 'flux'];
/** Columns of names, which archives also keep as numbers. */
const NAMES: readonly string[] = ['id', 'obsid'];

/**
 * A table of spectra: one that spectraTableWriter wrote, or any Parquet file with the columns id, wavelength and flux
 * (lists of floats), and as many of survey, medium, designation, obsid, ra, dec, snr, class, subclass and mjd as it has.
 */
export class SpectraTable {
  readonly #file: TableFile;
  readonly #schema: TableSchema;

  private constructor(file: TableFile, schema: TableSchema) {
    this.#file = file;
    this.#schema = schema;
  }

  /** Opens a table. Errors: PoolError 'not-parquet', 'corrupt', 'missing-column'. */
  static async open(source: ByteSource): Promise<SpectraTable> {
    const file = await TableFile.open(source);
    const stored = new Map(file.columns.map((column) => [column.name, column]));
    const columns = Object.entries(READ_SCHEMA).filter(([name]) => stored.has(name) || REQUIRED.includes(name));
    return new SpectraTable(
      file,
      Object.fromEntries(columns.map(([name, column]) => [name, asStored(column, stored.get(name))])),
    );
  }

  /** Number of rows. */
  get rows(): number {
    return this.#file.rows;
  }

  /**
   * Parts of the table that can be read by themselves, in order, each of about `bytes` in memory, or one row. Row groups
   * without an index of their pages, as pyarrow writes them by default, are read from their beginning for each part, and
   * so are divided into fewer.
   */
  parts(bytes: number): { start: number; end: number }[] {
    return this.#file.rowGroups.flatMap(({ start, end, values, indexed }) => {
      const groupBytes = values * Float64Array.BYTES_PER_ELEMENT;
      const least = indexed ? 0 : Math.min(MOST_PART_BYTES, groupBytes / UNINDEXED_PARTS);
      const share = Math.min(1, Math.max(bytes, least) / Math.max(1, groupBytes));
      const rows = Math.max(1, Math.floor((end - start) * share));
      return Array.from({ length: Math.ceil((end - start) / rows) }, (_, i) => ({
        start: start + i * rows,
        end: Math.min(end, start + (i + 1) * rows),
      }));
    });
  }

  /** Rows [start, end). Errors: PoolError 'missing-column', 'column-type', 'null-value', 'row-range', 'corrupt', 'unsupported'. */
  async read(start: number, end: number): Promise<SpectraTableData> {
    const data: Record<string, unknown> = await this.#file.read(this.#schema, { rows: { start, end } });
    const nulls = new Array<null>(end - start).fill(null);
    return Object.fromEntries(
      Object.keys(READ_SCHEMA).map((name) => {
        const values = (data[name] ?? nulls) as unknown[];
        return [name, NAMES.includes(name) ? values.map(nameOf) : values];
      }),
    ) as SpectraTableData;
  }
}

/** The column as it has to be asked for: numbers of objects stay whole, whatever their size. */
function asStored(column: Column, stored: StoredColumn | undefined): Column {
  const whole = stored?.type === 'int32' || stored?.type === 'int64';
  return whole && NAMES.includes(stored.name) ? optional(int64) : column;
}

const nameOf = (value: unknown) => (typeof value === 'bigint' ? value.toString() : value);
