import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ScoreFilter, ScoreOrder } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import type { ParquetQueries } from '@spectrawl/parquet-query';
import { CrossMatchRepository } from '../cross-match/cross-match.repository.ts';
import { checkFilter, checkOrder } from './check-question.ts';
import { cursorToken, readCursor } from './score-cursor.ts';
import {
  countStatement,
  pageStatement,
  rowsStatement,
  sortStatement,
  type CheckedFilter,
  type CheckedOrder,
  type Cursor,
  type ScoredFiles,
} from './score-statement.ts';
import { ScoredPools, type ScoredPool } from './scored-pools.ts';
import { scoredRow, type ScoredRow } from './scored-spectrum.ts';
import { SortedTables } from './sorted-tables.ts';

/** Answers whose number of rows is remembered. */
const MOST_TOTALS = 1000;

/** Which rows, of which scoring, in which order. */
export interface ScoreQuestion {
  campaignId: string;
  iteration?: number | undefined;
  filter?: ScoreFilter | undefined;
  order?: ScoreOrder | undefined;
}

export interface ScorePageRequest extends ScoreQuestion {
  size: number;
  /** Empty: from the first row. */
  pageToken: string;
  skip: number;
}

export interface ScorePage {
  pool: ScoredPool;
  rows: ScoredRow[];
  nextPageToken: string;
  total: number;
}

/** A question that was checked, with what it is asked of. */
export interface CheckedQuestion {
  pool: ScoredPool;
  filter: CheckedFilter;
  order: CheckedOrder;
  matchesKey: string | undefined;
  /** Tells this question from every other one. */
  name: string;
}

/** A row's place in the pool, and by what it was sorted. */
type Place = Omit<Cursor, 'value'> & Partial<Pick<Cursor, 'value'>>;

/** Sorts and filters the scores of a pool in place, and loads what is shown only. */
@Injectable()
export class QueryScores {
  readonly #sorted = new SortedTables();
  readonly #totals = new Map<string, number>();

  constructor(
    @Inject(ScoredPools) private readonly pools: ScoredPools,
    @Inject(CrossMatchRepository) private readonly crossMatches: CrossMatchRepository,
  ) {}

  /**
   * @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED, UNKNOWN_CLASS, CROSS_MATCH_NOT_FOUND, BAD_REQUEST,
   * BAD_PAGE_TOKEN
   */
  async page(request: ScorePageRequest, signal?: AbortSignal): Promise<ScorePage> {
    const { size, skip, pageToken } = request;
    if (pageToken !== '' && skip !== 0) throw new ServiceError('BAD_REQUEST', 'give page_token or skip, not both');
    const question = await this.check(request);
    const after = pageToken === '' ? undefined : readCursor(question.name, pageToken);
    return await this.pools.use(question.pool, question.matchesKey, async (files, queries) => {
      const [places, total] = await Promise.all([
        this.#places(files, queries, question, { skip, after, limit: size + 1 }, signal),
        this.#total(files, queries, question, signal),
      ]);
      const shown = places.slice(0, size);
      const rows = await rowsAt(files, queries, shown, signal);
      const last = shown.at(-1);
      const nextPageToken =
        places.length > size && last !== undefined
          ? cursorToken(question.name, { ...last, value: last.value ?? sortedBy(rows.at(-1)!, question.order) })
          : '';
      return { pool: question.pool, rows, nextPageToken, total };
    });
  }

  /** Checks a question and finds what it is asked of. */
  async check({ campaignId, iteration, filter, order }: ScoreQuestion): Promise<CheckedQuestion> {
    const pool = await this.pools.find(campaignId, iteration);
    const crossMatch = filter?.crossMatch ?? '';
    const matchesKey =
      crossMatch === '' ? undefined : (await this.crossMatches.crossMatch(campaignId, crossMatch)).known_key;
    const checked = {
      filter: checkFilter(filter, pool.classes),
      order: checkOrder(order, pool.classes, crossMatch),
    };
    return { pool, ...checked, matchesKey, name: nameOf(pool, matchesKey, checked) };
  }

  async #places(
    files: ScoredFiles,
    queries: ParquetQueries,
    { filter, order, name }: CheckedQuestion,
    { skip, after, limit }: { skip: number; after: Cursor | undefined; limit: number },
    signal?: AbortSignal,
  ): Promise<Place[]> {
    if (skip > 0) {
      const sorting = (table: string) => sortStatement(files, filter, order, table);
      const found = await this.#sorted.page(queries, name, sorting, { skip, limit });
      return found.map((row) => ({ shard: Number(row['shard']), row: Number(row['rownr']) }));
    }
    const { sql, parameters } = pageStatement(files, filter, order, { limit, after });
    const found = await queries.rows(sql, parameters, signal);
    return found.map((row) => ({
      value: row['value'] as Cursor['value'],
      shard: Number(row['shard']),
      row: Number(row['rownr']),
    }));
  }

  async #total(
    files: ScoredFiles,
    queries: ParquetQueries,
    { pool, filter, matchesKey }: CheckedQuestion,
    signal?: AbortSignal,
  ): Promise<number> {
    const name = nameOf(pool, matchesKey, { filter });
    const known = this.#totals.get(name);
    if (known !== undefined) return known;
    const { sql, parameters } = countStatement(files, filter);
    const [counted] = await queries.rows(sql, parameters, signal);
    const total = Number(counted?.['total']);
    this.#totals.set(name, total);
    const [oldest] = this.#totals.keys();
    if (this.#totals.size > MOST_TOTALS && oldest !== undefined) this.#totals.delete(oldest);
    return total;
  }
}

/** The rows at some places, in the order of the places. */
export async function rowsAt(
  files: ScoredFiles,
  queries: ParquetQueries,
  places: readonly Pick<Cursor, 'shard' | 'row'>[],
  signal?: AbortSignal,
): Promise<ScoredRow[]> {
  if (places.length === 0) return [];
  const { sql, parameters } = rowsStatement(files, places);
  const found = new Map<string, ScoredRow>();
  for (const row of await queries.rows(sql, parameters, signal))
    found.set(`${row['shard']} ${row['rownr']}`, scoredRow(row, files.classes));
  return places.map(({ shard, row }) => {
    const at = found.get(`${shard} ${row}`);
    if (at === undefined) throw new Error(`row ${row} of shard ${shard} is gone: the files of the pool were changed`);
    return at;
  });
}

/** What a row is sorted by. */
function sortedBy(row: ScoredRow, { column }: CheckedOrder): Cursor['value'] {
  if (typeof column === 'number') return row.probabilities[column] ?? null;
  return column === 'separation' ? (row.known?.separation ?? null) : row[column];
}

function nameOf(pool: ScoredPool, matchesKey: string | undefined, question: object): string {
  return createHash('sha256')
    .update(JSON.stringify([pool.run.scoring_run_id, matchesKey ?? '', question]))
    .digest('base64url');
}
