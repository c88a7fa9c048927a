import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  poolScored,
  PoolScoredSchema,
  shardScoringRequested,
  ShardScoringRequestedSchema,
  type IterationRetried,
} from '@spectrawl/contracts';
import type { Ledger, ReceivedEvent } from '@spectrawl/event-bus';
import type { ObjectStore } from '@spectrawl/object-store';
import { scoresKey, summaryKey } from '@spectrawl/pool';
import { LEDGER, OBJECT_STORE } from '@spectrawl/runtime';
import { PlanScoring } from './plan-scoring.ts';
import { ScoringRunRepository } from './scoring-run.repository.ts';
import type { Tables } from './tables.ts';

/** Objects that are looked for at a time. */
const LOOKS = 64;

/** Tries a scoring that stood still again: what is missing of it is requested anew, and where nothing is, it is done. */
@Injectable()
export class RetryScoring {
  constructor(
    @Inject(PlanScoring) private readonly planning: PlanScoring,
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
  ) {}

  async retry(retried: IterationRetried, received: ReceivedEvent): Promise<void> {
    const { campaignId, iteration, modelId, planKey } = retried;
    const scoringRunId = `${campaignId}-${iteration}`;
    const run = await this.runs.find(scoringRunId);
    if (!run) {
      await this.planning.plan(retried, received);
      return;
    }
    const shards = await this.planning.shardsOf(planKey);
    const scored = await this.runs.scoredShards(scoringRunId);
    const whole = new Set(
      await this.#whole(
        campaignId,
        iteration,
        scored.map(({ shard }) => shard),
      ),
    );
    const missing = shards.filter(({ number }) => !whole.has(number));
    await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(received.eventId))) return;
      const again = missing.map(({ number }) => number);
      if (again.length > 0) {
        await tx.db
          .deleteFrom('scored_shards')
          .where('scoring_run_id', '=', scoringRunId)
          .where('shard', 'in', again)
          .execute();
      }
      const kept = scored.filter(({ shard }) => whole.has(shard));
      await tx.db
        .updateTable('scoring_runs')
        .set({
          failed: false,
          problem: '',
          shards_scored: kept.length,
          rows_scored: kept.reduce((sum, { rows }) => sum + rows, 0),
          ...(again.length > 0 && { end_time: null }),
        })
        .where('scoring_run_id', '=', scoringRunId)
        .execute();
      for (const { number: shard, shardKey } of missing) {
        const request = { scoringRunId, shard, shardKey, modelId, planKey };
        tx.publish(shardScoringRequested, create(ShardScoringRequestedSchema, request));
      }
      if (again.length > 0) return;
      const { model_id, shards_planned } = run;
      const done = { campaignId, iteration, scoringRunId, modelId: model_id, shards: shards_planned };
      tx.publish(poolScored, create(PoolScoredSchema, done));
    });
  }

  /** Those of the shards whose scores and summary are there. */
  async #whole(campaignId: string, iteration: number, shards: readonly number[]): Promise<number[]> {
    const whole: number[] = [];
    for (let start = 0; start < shards.length; start += LOOKS) {
      const part = shards.slice(start, start + LOOKS);
      const found = await Promise.all(
        part.map(async (shard) => {
          const keys = [scoresKey(campaignId, iteration, shard), summaryKey(campaignId, iteration, shard)];
          return (await Promise.all(keys.map((key) => this.objects.head(key)))).every((object) => object);
        }),
      );
      whole.push(...part.filter((_, at) => found[at]));
    }
    return whole;
  }
}
