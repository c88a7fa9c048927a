import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  decodeIterationPlan,
  IngestionService,
  scoringFailed,
  ScoringFailedSchema,
  shardScoringRequested,
  ShardScoringRequestedSchema,
  type ModelTrained,
  type Shard,
} from '@spectrawl/contracts';
import type { Ledger, ReceivedEvent } from '@spectrawl/event-bus';
import { allPages, type ServiceClient } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { clientOf, CLOCK, LASTING_AFTER, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { BRING_BACK, isLastingFailure } from './lasting-failure.ts';
import { shardsPlanned } from './inference-metrics.ts';
import type { Tables } from './tables.ts';

/** What says that a model is to score its iteration's pool. */
type Planned = Pick<ModelTrained, 'campaignId' | 'iteration' | 'modelId' | 'planKey'>;

/** Step 3 of an iteration: asks for every shard of the pool to be scored with the new model. */
@Injectable()
export class PlanScoring {
  constructor(
    @Inject(clientOf(IngestionService)) private readonly ingestion: ServiceClient<typeof IngestionService>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** A plan that is gone or damaged is told of, so that it can be mended. */
  async plan(trained: Planned, { eventId, attempt }: ReceivedEvent): Promise<void> {
    try {
      await this.#plan(trained, eventId);
    } catch (error) {
      if (!isLastingFailure(error) || attempt < LASTING_AFTER) throw error;
      const { campaignId, iteration } = trained;
      await this.ledger.transaction(async (tx) => {
        if (!(await tx.firstTime(eventId))) return;
        const message = `${error.message}; ${BRING_BACK}`;
        tx.publish(scoringFailed, create(ScoringFailedSchema, { campaignId, iteration, message }));
      });
    }
  }

  /** The shards of the pool that the plan names. */
  async shardsOf(planKey: string): Promise<Shard[]> {
    const { poolId } = decodeIterationPlan(await this.objects.get(planKey));
    return await this.#shards(poolId);
  }

  async #plan({ campaignId, iteration, modelId, planKey }: Planned, eventId: string): Promise<void> {
    const shards = await this.shardsOf(planKey);
    const scoringRunId = `${campaignId}-${iteration}`;
    const isPlanned = await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return false;
      const planned = await tx.db
        .insertInto('scoring_runs')
        .values({
          scoring_run_id: scoringRunId,
          campaign_id: campaignId,
          iteration,
          model_id: modelId,
          shards_planned: shards.length,
          create_time: this.clock(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      // Said twice by different events: the run goes on as it was planned.
      if (planned.numInsertedOrUpdatedRows !== 1n) return false;
      for (const { number, shardKey } of shards) {
        tx.publish(
          shardScoringRequested,
          create(ShardScoringRequestedSchema, { scoringRunId, shard: number, shardKey, modelId, planKey }),
        );
      }
      return true;
    });
    if (!isPlanned) return;
    shardsPlanned.add(shards.length);
    this.log.info({ scoringRun: scoringRunId, shards: shards.length }, 'scoring planned');
  }

  async #shards(poolId: string): Promise<Shard[]> {
    const pages = allPages(
      (pageToken) => this.ingestion.listShards({ poolId, pageToken }),
      (page) => page.shards,
    );
    const shards: Shard[] = [];
    for await (const shard of pages) shards.push(shard);
    return shards;
  }
}
