import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance, listValue, type DuckDBValue } from '@duckdb/node-api';
import { Turns } from './turns.ts';

/** What a query may use. */
export interface ParquetQueryOptions {
  /** A folder that exists; what does not fit in memory goes to a folder of its own in there, which is removed in the end. */
  directory: string;
  /** MiB that all queries together may use before they go to the disk. */
  memory: number;
  /** Processors that a query uses. */
  threads: number;
  /** Queries that run at a time; others wait for their turn. Each holds a thread of libuv's pool, which has four. */
  atOnce?: number;
}

/** What stands for a `$name` of a query: text, numbers, or a list of one of them. */
export type Parameter = string | number | bigint | boolean | readonly string[] | readonly number[];

export type Cell = string | number | bigint | boolean | null | readonly Cell[];
/** A row by column. Integers of 64 bits are bigints. */
export type Row = Readonly<Record<string, Cell>>;

/**
 * Queries over Parquet files of this machine, in SQL of DuckDB (https://duckdb.org/docs/current/sql/introduction). Nothing is
 * loaded before, the event loop is never blocked, and memory is bounded. Whatever comes from a user belongs into parameters.
 */
export class ParquetQueries {
  readonly #instance: DuckDBInstance;
  readonly #turns: Turns;
  readonly #scratch: string;
  #closed = false;

  private constructor(instance: DuckDBInstance, turns: Turns, scratch: string) {
    this.#instance = instance;
    this.#turns = turns;
    this.#scratch = scratch;
  }

  static async open({ directory, memory, threads, atOnce = 2 }: ParquetQueryOptions): Promise<ParquetQueries> {
    const scratch = await mkdtemp(join(directory, 'spectrawl-queries-'));
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${memory}MiB`,
      temp_directory: scratch,
      // Parquet is built in; nothing is ever fetched from elsewhere or loaded from a user's folder.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
      // A query of another process' files must not be changed by what an earlier one has set.
      lock_configuration: 'true',
    });
    return new ParquetQueries(instance, new Turns(atOnce), scratch);
  }

  /**
   * The rows of a query: keep them few.
   * @param parameters what stands for `$name`, by name
   * @param signal ends the query
   * @throws what the database says of the query, or the signal's reason
   */
  async rows(sql: string, parameters: Record<string, Parameter> = {}, signal?: AbortSignal): Promise<Row[]> {
    return await this.#turns.take(async () => {
      if (this.#closed) throw new Error('the queries are closed');
      const connection = await this.#instance.connect();
      const interrupt = (): void => connection.interrupt();
      signal?.addEventListener('abort', interrupt);
      try {
        const values = Object.entries(parameters).map(([name, value]) => [name, valueOf(value)] as const);
        const result = await connection.runAndReadAll(sql, Object.fromEntries(values));
        return result.getRowObjectsJS() as Row[];
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener('abort', interrupt);
        connection.closeSync();
      }
    }, signal);
  }

  /** Waits for what is under way, frees the memory and removes what lies on the disk. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turns.idle();
    this.#instance.closeSync();
    await rm(this.#scratch, { recursive: true, force: true });
  }
}

function valueOf(parameter: Parameter): DuckDBValue {
  return typeof parameter === 'object' ? listValue([...parameter]) : parameter;
}
