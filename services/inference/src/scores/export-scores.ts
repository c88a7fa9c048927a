import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { BoundedStreams, ServiceError } from '@spectrawl/grpc';
import type { Parameter, ParquetQueries } from '@spectrawl/parquet-query';
import { CLOCK, CONFIG, type Clock } from '@spectrawl/runtime';
import type { InferenceConfig } from '../config.ts';
import { exportedFields, probabilityColumn } from './exported-scores.ts';
import { QueryScores, type CheckedQuestion, type ScoreQuestion } from './query-scores.ts';
import { countStatement, exportStatement, type ScoredFiles } from './score-statement.ts';
import { ScoredPools } from './scored-pools.ts';
import { writeTableFile } from './write-table-file.ts';

/** Limit of the contract. */
const MOST_ROWS = 500_000;
/** Each has a table in memory while it is written. */
const MOST_EXPORTS = 2;
/** bytes */
const PIECE = 1 << 18;

const FORMATS = ['votable', 'fits', 'csv', 'parquet'] as const;
type Format = (typeof FORMATS)[number];

/** Writes the scores that fit a filter as a file for other programs. */
@Injectable()
export class ExportScores {
  readonly #underWay = new BoundedStreams(MOST_EXPORTS, 'exports of scores');

  constructor(
    @Inject(ScoredPools) private readonly pools: ScoredPools,
    @Inject(QueryScores) private readonly querying: QueryScores,
    @Inject(CONFIG) private readonly config: Pick<InferenceConfig, 'query'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} as QueryScores does, and UNKNOWN_FORMAT, TOO_MANY_CALLS */
  export(question: ScoreQuestion, format: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#underWay.open(this.#bytes(question, format, signal));
  }

  async *#bytes(question: ScoreQuestion, format: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const known = FORMATS.find((one) => one === format);
    if (known === undefined) {
      throw new ServiceError('UNKNOWN_FORMAT', `there is no format "${format}": ask for one of ${FORMATS.join(', ')}`);
    }
    const checked = await this.querying.check(question);
    const folder = await mkdtemp(join(this.config.query.directory, 'export-'));
    try {
      const file = await this.pools.use(checked.pool, checked.matchesKey, (files, queries) =>
        this.#write(files, queries, checked, known, folder, signal),
      );
      yield* createReadStream(file, { highWaterMark: PIECE }) as AsyncIterable<Uint8Array>;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #write(
    files: ScoredFiles,
    queries: ParquetQueries,
    { pool, filter, order }: CheckedQuestion,
    format: Format,
    folder: string,
    signal: AbortSignal,
  ): Promise<string> {
    const count = countStatement(files, filter);
    const total = Number((await queries.rows(count.sql, count.parameters, signal))[0]?.['total']);
    if (total > MOST_ROWS) {
      throw new ServiceError('BAD_REQUEST', `${total} spectra fit the filter: narrow it down to ${MOST_ROWS}`);
    }
    const columns = pool.classes.map(probabilityColumn);
    const table = exportStatement(files, filter, order, { limit: MOST_ROWS, columns });
    if (format === 'csv') return await copy(queries, table, join(folder, 'scores.csv'), 'csv, HEADER', signal);
    const parquet = await copy(queries, table, join(folder, 'scores.parquet'), 'parquet', signal);
    if (format === 'parquet') return parquet;
    const to = join(folder, `scores.${format}`);
    await writeTableFile({
      from: parquet,
      to,
      format,
      description: {
        name: `${pool.run.campaign_id}-scores`,
        description: 'Spectra of a pool as a network classifies them',
        coordinateSystem: { system: 'ICRS' },
        infos: Object.entries({
          software: 'Spectrawl',
          campaign: pool.run.campaign_id,
          iteration: pool.run.iteration,
          model: pool.run.model_id,
          pool: pool.poolId,
          filter: JSON.stringify(filter),
          order: JSON.stringify(order),
          written: this.clock().toISOString(),
        }).map(([name, value]) => ({ name, value: String(value) })),
        fields: exportedFields(pool.classes, files.matches !== undefined),
      },
    });
    return to;
  }
}

async function copy(
  queries: ParquetQueries,
  { sql, parameters }: { sql: string; parameters: Record<string, Parameter> },
  to: string,
  format: string,
  signal: AbortSignal,
): Promise<string> {
  await queries.rows(`COPY (${sql}) TO '${to.replaceAll("'", "''")}' (FORMAT ${format})`, parameters, signal);
  return to;
}
