import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ServiceError } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { ParquetQueries } from '@spectrawl/parquet-query';
import { openScores, shardKey } from '@spectrawl/pool';
import { CONFIG, OBJECT_STORE } from '@spectrawl/runtime';
import type { InferenceConfig } from '../config.ts';
import { ScoringRunRepository, type ScoringRunRow } from '../scoring-run.repository.ts';
import { ObjectFiles } from './object-files.ts';
import type { ScoredFiles } from './score-statement.ts';

/** Runs whose description is remembered. */
const MOST_REMEMBERED = 256;

/** A finished scoring run and where its rows lie. */
export interface ScoredPool {
  run: ScoringRunRow;
  poolId: string;
  classes: readonly string[];
  /** By number of the shard. */
  scoresKeys: readonly string[];
  shardKeys: readonly string[];
}

/** The scored pools as files that can be searched, for as long as the service lives. */
@Injectable()
export class ScoredPools implements OnModuleDestroy {
  readonly #files: ObjectFiles;
  readonly #remembered = new Map<string, Promise<ScoredPool>>();
  #queries: Promise<ParquetQueries> | undefined;

  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CONFIG) private readonly config: Pick<InferenceConfig, 'query'>,
  ) {
    const { directory, copies } = config.query;
    this.#files = new ObjectFiles({ objects, directory, most: copies * 2 ** 20 });
  }

  /**
   * A finished scoring run of a campaign.
   * @param iteration absent: the latest that is finished
   * @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED
   */
  async find(campaignId: string, iteration?: number): Promise<ScoredPool> {
    const run =
      iteration === undefined
        ? await this.runs.latestFinished(campaignId)
        : await this.runs.run(`${campaignId}-${iteration}`);
    if (!run) {
      throw new ServiceError(
        'SCORING_RUN_NOT_FOUND',
        `no iteration of campaign "${campaignId}" is scored: wait until the first one is`,
      );
    }
    if (run.end_time === null) {
      throw new ServiceError(
        'SCORING_RUN_UNFINISHED',
        `scoring run "${run.scoring_run_id}" has ${run.shards_scored} of ${run.shards_planned} shards: wait until it succeeded`,
      );
    }
    const known = this.#remembered.get(run.scoring_run_id);
    if (known) return await known;
    const found = this.#describe(run);
    this.#remembered.set(run.scoring_run_id, found);
    found.catch(() => this.#remembered.delete(run.scoring_run_id));
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return await found;
  }

  async #describe(run: ScoringRunRow): Promise<ScoredPool> {
    const scored = await this.runs.scoredShards(run.scoring_run_id);
    const scoresKeys = scored.map(({ scores_key: key }) => key);
    const [first] = scoresKeys;
    if (first === undefined) throw new Error(`scoring run ${run.scoring_run_id} has no shard`);
    const { description } = await openScores(await rangedObject(this.objects, first));
    return {
      run,
      poolId: description.pool,
      classes: description.classes,
      scoresKeys,
      shardKeys: scored.map(({ shard }) => shardKey(description.pool, shard)),
    };
  }

  /**
   * Does something with the files of a pool; until it is done, they stay.
   * @param matchesKey the known objects of a cross-match
   */
  async use<T>(
    pool: ScoredPool,
    matchesKey: string | undefined,
    work: (files: ScoredFiles, queries: ParquetQueries) => Promise<T>,
  ): Promise<T> {
    const keys = [
      ...pool.scoresKeys.map((key) => [key, 'whole'] as const),
      ...pool.shardKeys.map((key) => [key, 'stated'] as const),
      ...(matchesKey === undefined ? [] : [[matchesKey, 'whole'] as const]),
    ];
    return await this.#files.use(keys, async (paths) => {
      const shards = pool.shardKeys.length;
      const files = {
        scores: paths.slice(0, shards),
        shards: paths.slice(shards, 2 * shards),
        matches: paths[2 * shards],
        classes: pool.classes,
      };
      return await work(files, await this.#database());
    });
  }

  /** Does something with one object as a file. */
  async useObject<T>(key: string, work: (file: string, queries: ParquetQueries) => Promise<T>): Promise<T> {
    return await this.#files.use([[key, 'whole']], async (paths) => await work(paths[0]!, await this.#database()));
  }

  /** The database that searches; it starts with the first search. */
  async #database(): Promise<ParquetQueries> {
    this.#queries ??= ParquetQueries.open(this.config.query);
    return await this.#queries;
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.#queries)?.close();
    await this.#files.close();
  }
}
