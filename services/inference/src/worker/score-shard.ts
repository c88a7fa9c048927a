import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  finalAuditPlanOf,
  queryPlanOf,
  queryValues,
  summariseShard,
  summaryLimitsFor,
  type CampaignMethod,
} from '@spectrawl/active-learning';
import {
  decodeIterationPlan,
  IterationKind,
  shardScored,
  ShardScoredSchema,
  shardScoringDelayed,
  ShardScoringDelayedSchema,
  shardScoringFailed,
  ShardScoringFailedSchema,
  type IterationPlan,
  type ShardScoringRequested,
} from '@spectrawl/contracts';
import type { Ledger, ReceivedEvent } from '@spectrawl/event-bus';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { readScores, readShard, scoresKey, summaryKey, writeScores, writeSummary } from '@spectrawl/pool';
import { CLOCK, LASTING_AFTER, LEDGER, LOGGER, OBJECT_STORE, WAITING_AFTER, type Clock } from '@spectrawl/runtime';
import { aboutIteration, describeCurrentSpan, type Logger } from '@spectrawl/telemetry';
import { BRING_BACK, isLastingFailure } from '../lasting-failure.ts';
import { rowsScored, shardDuration, shardsScored } from '../inference-metrics.ts';
import { Prediction } from '../prediction.ts';
import { StoredModels } from '../stored-model.ts';
import { meanOf } from './mean-probabilities.ts';

/** Scores one shard: reads its features, writes its scores and its summary. Scoring it again writes the same bytes. */
@Injectable()
export class ScoreShard {
  constructor(
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(Prediction) private readonly prediction: Prediction,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Record<string, never>>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** A shard that cannot be scored is told of, so that its run can be mended; one that has to wait is tried further. */
  async score(request: ShardScoringRequested, event: ReceivedEvent): Promise<void> {
    const { scoringRunId, shard, shardKey, modelId } = request;
    try {
      await this.#score(request, event);
    } catch (error) {
      if (event.signal.aborted || !(error instanceof Error)) throw error;
      this.models.forget(modelId);
      const message = `shard ${shard} (${shardKey}) with model ${modelId}: ${error.message}`;
      if (isLastingFailure(error) && event.attempt >= LASTING_AFTER) {
        await this.ledger.transaction(async (tx) => {
          if (!(await tx.firstTime(event.eventId))) return;
          const failure = { scoringRunId, shard, message: `${message}; ${BRING_BACK}` };
          tx.publish(shardScoringFailed, create(ShardScoringFailedSchema, failure));
        });
        return;
      }
      if (event.attempt === WAITING_AFTER) {
        await this.ledger.transaction(async (tx) => {
          tx.publish(shardScoringDelayed, create(ShardScoringDelayedSchema, { scoringRunId, shard, message }));
        });
      }
      throw error;
    }
  }

  async #score(request: ShardScoringRequested, { eventId, signal }: ReceivedEvent): Promise<void> {
    const { shard, shardKey, modelId, planKey, scoringRunId } = request;
    const begun = this.clock().getTime();
    this.log.debug({ scoringRun: scoringRunId, shard }, 'shard begun');
    const plan = decodeIterationPlan(await this.objects.get(planKey));
    describeCurrentSpan(aboutIteration(plan));
    const method = plan.method as unknown as CampaignMethod;
    const { network } = await this.models.get(modelId);
    const { rows } = await readShard(await rangedObject(this.objects, shardKey), { columns: ['id', 'features'] });

    const start = this.clock().getTime();
    const own = await this.prediction.predict(network, rows.features, signal);
    const seconds = (this.clock().getTime() - start) / 1000;

    const probabilities = meanOf([own, ...(await this.#earlier(plan, shard))]);
    const keys = { scores: '', summary: '' };
    const write = async (key: string, bytes: Uint8Array): Promise<string> => {
      await this.objects.put(key, bytes);
      return key;
    };
    const classCount = method.classes.length;
    const { strategy } = method.query;
    const scored = { ids: rows.id, probabilities, classCount, seed: plan.seed };
    const excludedIds = new Set(plan.excludedSpectrumIds);
    const excluded = rows.id.map((id) => excludedIds.has(id));
    keys.scores = await write(
      scoresKey(plan.campaignId, plan.iteration, shard),
      await writeScores(
        {
          id: rows.id,
          probabilities,
          model_probabilities: own,
          uncertainty: Float32Array.from(queryValues(strategy, scored)),
          excluded,
        },
        {
          campaign: plan.campaignId,
          iteration: plan.iteration,
          pool: plan.poolId,
          shard,
          models: [...plan.earlierModelIds.slice(0, plan.averagedIterations.length).reverse(), modelId],
          classes: method.classes,
          strategy,
        },
      ),
    );
    const planOf = plan.kind === IterationKind.FINAL ? finalAuditPlanOf : queryPlanOf;
    keys.summary = await write(
      summaryKey(plan.campaignId, plan.iteration, shard),
      await writeSummary(
        summariseShard({
          ...scored,
          shard,
          features: rows.features,
          excluded: (row) => excluded[row] ?? false,
          strategy,
          limits: summaryLimitsFor(planOf(method)),
        }),
      ),
    );

    const isFirst = await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return false;
      tx.publish(
        shardScored,
        create(ShardScoredSchema, {
          scoringRunId,
          shard,
          rows: rows.id.length,
          scoresKey: keys.scores,
          summaryKey: keys.summary,
          seconds,
        }),
      );
      return true;
    });
    if (!isFirst) return;
    this.log.info({ scoringRun: scoringRunId, shard, rows: rows.id.length }, 'shard scored');
    shardsScored.add(1);
    rowsScored.add(rows.id.length);
    shardDuration.record((this.clock().getTime() - begun) / 1000);
  }

  /** What the models of earlier iterations said of the same rows: it was stored then, so it costs no computing. */
  async #earlier({ campaignId, averagedIterations }: IterationPlan, shard: number): Promise<Float32Array[]> {
    return await Promise.all(
      averagedIterations.map(async (iteration) => {
        const source = await rangedObject(this.objects, scoresKey(campaignId, iteration, shard));
        const { rows } = await readScores(source, { columns: ['model_probabilities'] });
        return rows.model_probabilities;
      }),
    );
  }
}
