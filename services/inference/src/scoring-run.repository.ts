import { Inject, Injectable } from '@nestjs/common';
import type { Selectable, ServiceDatabase } from '@spectrawl/database';
import { numberAfter, ServiceError, type PageRequest } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import type { ScoredShardsTable, ScoringRunsTable, Tables } from './tables.ts';

export type ScoringRunRow = Selectable<ScoringRunsTable>;
export type ScoredShardRow = Selectable<ScoredShardsTable>;

@Injectable()
export class ScoringRunRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** @throws {ServiceError} SCORING_RUN_NOT_FOUND */
  async run(scoringRunId: string): Promise<ScoringRunRow> {
    const row = await this.find(scoringRunId);
    if (!row) {
      throw new ServiceError('SCORING_RUN_NOT_FOUND', `there is no scoring run "${scoringRunId}": see ListScoringRuns`);
    }
    return row;
  }

  async find(scoringRunId: string): Promise<ScoringRunRow | undefined> {
    return await this.database.db
      .selectFrom('scoring_runs')
      .selectAll()
      .where('scoring_run_id', '=', scoringRunId)
      .executeTakeFirst();
  }

  /** A run whose pool is scored. @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED */
  async scored(scoringRunId: string): Promise<ScoringRunRow> {
    const run = await this.run(scoringRunId);
    if (run.end_time !== null) return run;
    throw new ServiceError(
      'SCORING_RUN_UNFINISHED',
      `scoring run "${scoringRunId}" has ${run.shards_scored} of ${run.shards_planned} shards: wait until it succeeded`,
    );
  }

  /** The latest run of a campaign whose pool is scored. @throws {ServiceError} SCORING_RUN_NOT_FOUND */
  async latestScored(campaignId: string): Promise<ScoringRunRow> {
    const run = await this.database.db
      .selectFrom('scoring_runs')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('end_time', 'is not', null)
      .orderBy('iteration', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (run) return run;
    throw new ServiceError(
      'SCORING_RUN_NOT_FOUND',
      `campaign "${campaignId}" has no iteration whose pool is scored: wait for its first one`,
    );
  }

  /** The campaign's latest run of which every shard is scored. */
  async latestFinished(campaignId: string): Promise<ScoringRunRow | undefined> {
    return await this.database.db
      .selectFrom('scoring_runs')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('end_time', 'is not', null)
      .orderBy('iteration', 'desc')
      .limit(1)
      .executeTakeFirst();
  }

  /** @throws {ServiceError} BAD_PAGE_TOKEN */
  async runs(campaignId: string, { size, after }: PageRequest): Promise<ScoringRunRow[]> {
    return await this.database.db
      .selectFrom('scoring_runs')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('iteration', '>', numberAfter(after, -1))
      .orderBy('iteration')
      .limit(size + 1)
      .execute();
  }

  async scoredShards(scoringRunId: string): Promise<ScoredShardRow[]> {
    return await this.database.db
      .selectFrom('scored_shards')
      .selectAll()
      .where('scoring_run_id', '=', scoringRunId)
      .orderBy('shard')
      .execute();
  }
}
