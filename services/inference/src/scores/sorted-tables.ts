import type { ParquetQueries } from '@spectrawl/parquet-query';
import type { Statement } from './score-statement.ts';

/** Orders that are kept: 8 bytes a row each. */
const MOST = 4;

/** A sorted table of the places of rows, by `rowid` from 0. */
interface SortedTable {
  table: string;
  ready: Promise<unknown>;
  users: number;
}

/** Whole orders of the rows of pools, sorted once, so that any page of them can be had at once. The least recently used go first. */
export class SortedTables {
  /** In the order of their last use. */
  readonly #tables = new Map<string, SortedTable>();
  #made = 0;

  /**
   * The places of `limit` rows of an order, after the first `skip`: rows with `shard` and `rownr`.
   * @param question what tells the order from others
   * @param sorting makes the statement that sorts the rows into a table
   */
  async page(
    queries: ParquetQueries,
    question: string,
    sorting: (table: string) => Statement,
    { skip, limit }: { skip: number; limit: number },
  ) {
    const sorted = this.#table(queries, question, sorting);
    sorted.users++;
    try {
      await sorted.ready;
      return await queries.rows(
        `SELECT shard, rownr FROM ${sorted.table} WHERE rowid >= $first AND rowid < $last ORDER BY rowid`,
        { first: BigInt(skip), last: BigInt(skip + limit) },
      );
    } finally {
      sorted.users--;
      await this.#makeRoom(queries);
    }
  }

  #table(queries: ParquetQueries, question: string, sorting: (table: string) => Statement): SortedTable {
    const known = this.#tables.get(question);
    if (known) {
      this.#tables.delete(question);
      this.#tables.set(question, known);
      return known;
    }
    const table = `sorted_${this.#made++}`;
    const { sql, parameters } = sorting(table);
    // Not ended with its first caller: who scrolls asks again and again.
    const ready = queries.rows(sql, parameters).catch((error: unknown) => {
      this.#tables.delete(question);
      throw error;
    });
    const sorted: SortedTable = { table, ready, users: 0 };
    this.#tables.set(question, sorted);
    return sorted;
  }

  async #makeRoom(queries: ParquetQueries): Promise<void> {
    for (const [question, { table, users }] of this.#tables) {
      if (this.#tables.size <= MOST) return;
      if (users > 0) continue;
      this.#tables.delete(question);
      await queries.rows(`DROP TABLE IF EXISTS ${table}`);
    }
  }
}
