import { finalAuditPlanOf, queryPlanOf, selectBatch, type BatchRow } from '@spectrawl/active-learning';
import { Inject, Injectable } from '@nestjs/common';
import { jsonb } from '@spectrawl/database';
import type { PoolScored } from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import type { ObjectStore } from '@spectrawl/object-store';
import { batchKey, FEATURE_COUNT, summaryKey, writeBatch, type BatchPurpose, type BatchRows } from '@spectrawl/pool';
import { CLOCK, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { askBatch } from './ask-batch.ts';
import { CampaignRepository, changeIteration, insertQuestions } from './campaign.repository.ts';
import { mergeStoredSummaries } from './merge-stored-summaries.ts';
import type { Tables } from './tables.ts';

/** Step 4 of an iteration: merges the shards' summaries and draws the audit and the queries. */
@Injectable()
export class SelectBatch {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async select(scored: PoolScored, eventId: string): Promise<void> {
    const { campaignId, iteration: number, scoringRunId, modelId, shards } = scored;
    const campaign = await this.campaigns.campaign(campaignId);
    const iteration = await this.campaigns.iteration(campaignId, number);
    if (!iteration) throw new Error(`pool-scored of iteration ${number} of ${campaignId}, which has not begun`);
    const scoredTime = this.clock();
    const keys = Array.from({ length: shards }, (_, shard) => summaryKey(campaignId, number, shard));
    const summary = await mergeStoredSummaries(this.objects, keys);
    const planOf = iteration.kind === 'final' ? finalAuditPlanOf : queryPlanOf;
    const batch = selectBatch(summary, planOf(campaign.method));
    const questions = [...batch.queries.map(asked('query')), ...batch.audit.map(asked('audit'))];
    const key = batchKey(campaignId, number);
    const bytes = await writeBatch(columns(questions, campaign.method.classes.length), {
      campaign: campaignId,
      iteration: number,
      model: modelId,
      classes: campaign.method.classes,
      seed: summary.settings.seed,
      featureCount: FEATURE_COUNT,
    });
    await this.objects.put(key, bytes);

    const isFirst = await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return false;
      const drawn = { model_id: modelId, batch_key: key, queries: batch.queries.length, audits: batch.audit.length };
      const { state } = await changeIteration(tx.db, campaignId, number, {
        step: 'selecting',
        ...drawn,
        scoring_run_id: scoringRunId,
        class_counts: jsonb(summary.classCounts),
        histogram_by_class: jsonb(summary.histogramByClass),
        // model-trained comes on another topic, and may not have been heard yet.
        trained_time: iteration.trained_time ?? scoredTime,
        scored_time: scoredTime,
      });
      await insertQuestions(
        tx.db,
        questions.map((question) => ({
          campaign_id: campaignId,
          spectrum_id: question.id,
          iteration: number,
          purpose: question.purpose,
          predicted: question.predicted,
          probabilities: [...question.probabilities],
        })),
      );
      // A pause holds the batch back; resuming asks it.
      if (state === 'running') await askBatch(tx, { ...iteration, ...drawn }, this.clock());
      return true;
    });
    const [queries, audits] = [batch.queries.length, batch.audit.length];
    if (isFirst) this.log.info({ campaign: campaignId, iteration: number, queries, audits }, 'batch selected');
  }
}

type Question = BatchRow & { purpose: BatchPurpose };

function asked(purpose: BatchPurpose): (row: BatchRow) => Question {
  return (row) => ({ ...row, purpose });
}

function columns(questions: readonly Question[], classCount: number): BatchRows {
  const features = new Float32Array(questions.length * FEATURE_COUNT);
  const probabilities = new Float32Array(questions.length * classCount);
  for (const [at, question] of questions.entries()) {
    if (question.features === undefined) throw new Error(`summary row ${question.id} carries no features`);
    features.set(question.features, at * FEATURE_COUNT);
    probabilities.set(question.probabilities, at * classCount);
  }
  return {
    id: questions.map(({ id }) => id),
    shard: Int32Array.from(questions, ({ shard }) => shard),
    row: Int32Array.from(questions, ({ row }) => row),
    features,
    probabilities,
    purpose: questions.map(({ purpose }) => purpose),
    reason: questions.map(({ reason }) => reason),
    rank: Int32Array.from(questions.keys()),
    inclusion_probability: Float64Array.from(questions, ({ inclusionProbability }) => inclusionProbability),
  };
}
