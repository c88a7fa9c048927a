import { BytesSink } from './parquet/byte-source.ts';
import type { ByteSink, ByteSource } from './parquet/byte-source.ts';
import { pickColumns } from './parquet/schema.ts';
import type { TableData, TableInput, TableSchema } from './parquet/schema.ts';
import { TableFile } from './parquet/table-file.ts';
import type { RowSelection } from './parquet/table-file.ts';
import { TableWriter } from './parquet/table-writer.ts';
import { JsonFields } from './json-fields.ts';
import { PoolError } from './pool-error.ts';

/** Key of the Parquet metadata under which Spectrawl describes a file, as JSON. */
const DESCRIPTION_KEY = 'spectrawl';

/** Version of the columns and descriptions of all files here; a reader takes files up to its own. */
export const SCHEMA_VERSION = 1;

/** What makes a kind of file: its columns, what its description holds, and its rules. */
export interface FileRules<S extends TableSchema, M extends object> {
  kind: string;
  /** The columns; widths may depend on the description. */
  schema: (description: M) => S;
  /** Checks the description of a file that is read. */
  describe: (fields: JsonFields) => M;
  /** Ids must ascend strictly by code units, which also makes them unique. */
  sortedById?: boolean;
  /** Checks rows to be written; throws PoolError 'invalid-rows'. */
  checkRows?: (rows: TableInput<S>) => void;
  groupRows?: number;
}

/** A kind of Parquet file of the pool or a campaign: writes it, and opens it again. */
export class FileKind<S extends TableSchema, M extends object> {
  readonly #rules: FileRules<S, M>;

  constructor(rules: FileRules<S, M>) {
    this.#rules = rules;
  }

  /** A writer that streams to `sink`. */
  writer(sink: ByteSink, description: M): PoolFileWriter<S, M> {
    return new PoolFileWriter(this.#rules, sink, description);
  }

  /** All rows as the bytes of one file. Errors: PoolError 'invalid-rows'. */
  async write(rows: TableInput<S>, description: M): Promise<Uint8Array<ArrayBuffer>> {
    const sink = new BytesSink();
    const writer = this.writer(sink, description);
    await writer.append(rows);
    await writer.finish();
    return sink.bytes();
  }

  /** Opens a file. Errors: PoolError 'not-parquet', 'corrupt', 'wrong-kind'. */
  async open(source: ByteSource): Promise<PoolFile<S, M>> {
    const { kind, describe, schema } = this.#rules;
    const table = await TableFile.open(source);
    const text = table.metadata[DESCRIPTION_KEY];
    if (!text)
      throw new PoolError(
        'wrong-kind',
        `A Spectrawl ${kind} file was expected; this Parquet file is no Spectrawl file.`,
      );
    const fields = JsonFields.parse(text, `The description of the ${kind} file`, 'wrong-kind');
    const found = fields.string('kind');
    if (found !== kind)
      throw new PoolError('wrong-kind', `A Spectrawl ${kind} file was expected; this is a ${found} file.`);
    const version = fields.count('schemaVersion');
    if (version > SCHEMA_VERSION) {
      throw new PoolError(
        'wrong-kind',
        `This ${kind} file has schema version ${version}; this release reads up to ${SCHEMA_VERSION}. Use a newer release.`,
      );
    }
    const description = describe(fields);
    return new PoolFile(table, schema(description), description);
  }
}

/** Writes one file of a kind, row group by row group. */
export class PoolFileWriter<S extends TableSchema, M extends object> {
  readonly #rules: FileRules<S, M>;
  readonly #table: TableWriter<S>;
  #lastId: string | undefined;

  constructor(rules: FileRules<S, M>, sink: ByteSink, description: M) {
    this.#rules = rules;
    const metadata = {
      [DESCRIPTION_KEY]: JSON.stringify({ kind: rules.kind, schemaVersion: SCHEMA_VERSION, ...description }),
    };
    this.#table = new TableWriter(rules.schema(description), sink, {
      metadata,
      ...(rules.groupRows && { groupRows: rules.groupRows }),
    });
  }

  /** Rows given so far. */
  get rows(): number {
    return this.#table.rows;
  }

  /** Adds rows, given by column. Errors: PoolError 'invalid-rows'. */
  async append(rows: TableInput<S>): Promise<void> {
    if (this.#rules.sortedById) this.#checkOrder((rows as { id: ArrayLike<string> })['id']);
    this.#rules.checkRows?.(rows);
    await this.#table.append(rows);
  }

  /** Writes what is left and the footer. */
  finish(): Promise<void> {
    return this.#table.finish();
  }

  #checkOrder(ids: ArrayLike<string>): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      if (this.#lastId !== undefined && !(this.#lastId < id)) {
        const what = this.#lastId === id ? `the id ${id} occurs twice` : `the id ${id} comes after ${this.#lastId}`;
        throw new PoolError(
          'invalid-rows',
          `Row ${this.rows + i} of the ${this.#rules.kind} file: ${what}; ids must ascend. Sort the rows by id first.`,
        );
      }
      this.#lastId = id;
    }
  }
}

/** An open file of a kind. */
export class PoolFile<S extends TableSchema, M extends object> {
  readonly #table: TableFile;
  readonly #schema: S;
  /** What the file says about itself. */
  readonly description: M;

  constructor(table: TableFile, schema: S, description: M) {
    this.#table = table;
    this.#schema = schema;
    this.description = description;
  }

  /** Number of rows. */
  get rows(): number {
    return this.#table.rows;
  }

  /** The given columns (all if not given) of the given rows. Errors: PoolError, see TableFile.read. */
  read<K extends keyof S & string>(
    options: { columns?: readonly K[]; rows?: RowSelection } = {},
  ): Promise<TableData<Pick<S, K>>> {
    const names = options.columns ?? (Object.keys(this.#schema) as K[]);
    return this.#table.read(pickColumns(this.#schema, names), options.rows ? { rows: options.rows } : {});
  }

  /** The row of each id that the file holds, reading only the row groups that may hold one. */
  findRows(ids: Iterable<string>): Promise<Map<string, number>> {
    return this.#table.findRows('id', ids) as Promise<Map<string, number>>;
  }
}
