import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  poolScored,
  PoolScoredSchema,
  scoringDelayed,
  ScoringDelayedSchema,
  type ShardScored,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { CLOCK, LEDGER, LOGGER, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import type { Tables } from './tables.ts';

/** Counts scored shards; the last distinct one completes the run. */
@Injectable()
export class RecordShard {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async record({ scoringRunId, shard, rows, scoresKey }: ShardScored, eventId: string): Promise<void> {
    const isComplete = await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return false;
      const run = await tx.db
        .selectFrom('scoring_runs')
        .selectAll()
        .where('scoring_run_id', '=', scoringRunId)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const inserted = await tx.db
        .insertInto('scored_shards')
        .values({ scoring_run_id: scoringRunId, shard, rows, scores_key: scoresKey })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
      const shardsScored = run.shards_scored + 1;
      if (run.problem !== '' && !run.failed) {
        // Whatever it waited for is back.
        const { campaign_id: campaignId, iteration } = run;
        tx.publish(scoringDelayed, create(ScoringDelayedSchema, { campaignId, iteration, message: '' }));
      }
      const complete = shardsScored === run.shards_planned;
      await tx.db
        .updateTable('scoring_runs')
        .set({
          shards_scored: shardsScored,
          rows_scored: run.rows_scored + rows,
          ...(!run.failed && { problem: '' }),
          ...(complete && { end_time: this.clock() }),
        })
        .where('scoring_run_id', '=', scoringRunId)
        .execute();
      if (!complete) return false;
      const { campaign_id: campaignId, iteration, model_id: modelId, shards_planned: shards } = run;
      tx.publish(poolScored, create(PoolScoredSchema, { campaignId, iteration, scoringRunId, modelId, shards }));
      return true;
    });
    if (isComplete) this.log.info({ scoringRun: scoringRunId }, 'pool scored');
  }
}
