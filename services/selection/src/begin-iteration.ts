import { create, type JsonObject } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { jsonb } from '@spectrawl/database';
import {
  encodeIterationPlan,
  IterationKind as PlanKind,
  IterationPlanSchema,
  iterationStarted,
  IterationStartedSchema,
  Purpose,
  type IterationPlan,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { planKey } from '@spectrawl/pool';
import { CLOCK, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import { aboutIteration, currentTraceparent, withSpan, type Logger } from '@spectrawl/telemetry';
import { CampaignRepository, changeCampaign, type CampaignRow } from './campaign.repository.ts';
import { classOf, EffectiveLabels } from './effective-labels.ts';
import { iterationSeed } from './iteration-seed.ts';
import type { IterationKind, Tables } from './tables.ts';

/** An iteration that is ready to begin: its plan lies in the object store. */
export interface PreparedIteration {
  number: number;
  kind: IterationKind;
  labelPosition: number;
  labelsSpent: number;
  planKey: string;
}

/** Step 1 of an iteration: fixes what it trains on and what is left to ask, and says that it begins. */
@Injectable()
export class BeginIteration {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(EffectiveLabels) private readonly labels: EffectiveLabels,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Begins the iteration unless the campaign has it already, was paused meanwhile, or was changed by someone else. */
  async begin(campaign: CampaignRow, number: number, kind: IterationKind): Promise<void> {
    const previous = await this.campaigns.iteration(campaign.campaign_id, number - 1);
    const about = aboutIteration({ campaignId: campaign.campaign_id, iteration: number });
    // All that an iteration brings about is one trace: a new one, linked to what led here.
    await withSpan(
      'iteration',
      { ...about, 'spectrawl.iteration.kind': kind },
      () => this.#begin(campaign, number, kind),
      { root: true, links: [currentTraceparent(), previous?.traceparent] },
    );
  }

  async #begin(campaign: CampaignRow, number: number, kind: IterationKind): Promise<void> {
    const traceparent = currentTraceparent() ?? '';
    const prepared = await this.prepare(campaign, number, kind);
    const isBegun = await this.ledger.transaction(async (tx) => {
      const before = await changeCampaign(tx.db, campaign.campaign_id, (row) =>
        row.current_iteration === number - 1 && row.state === 'running' ? { current_iteration: number } : {},
      );
      if (before.current_iteration !== number - 1 || before.state !== 'running') return false;
      await tx.db
        .insertInto('iterations')
        .values({
          campaign_id: campaign.campaign_id,
          number,
          kind,
          step: 'training',
          label_position: prepared.labelPosition,
          labels_spent: prepared.labelsSpent,
          plan_key: prepared.planKey,
          class_counts: jsonb([]),
          histogram_by_class: jsonb([]),
          estimate: null,
          start_time: this.clock(),
          revision: before.revision + 1,
          traceparent,
        })
        .execute();
      tx.publish(
        iterationStarted,
        create(IterationStartedSchema, {
          campaignId: campaign.campaign_id,
          iteration: number,
          planKey: prepared.planKey,
        }),
      );
      return true;
    });
    if (isBegun) this.log.info({ campaign: campaign.campaign_id, iteration: number, kind }, 'iteration begun');
  }

  /**
   * Writes the plan of an iteration: of all labels that there are now.
   * @throws {ServiceError} NO_LABELS
   */
  async prepare(campaign: CampaignRow, number: number, kind: IterationKind): Promise<PreparedIteration> {
    const { campaign_id: campaignId, pool_id: poolId, seed_pool_ids: seedPoolIds, method } = campaign;
    const labels = await this.labels.of(campaignId, [...seedPoolIds, poolId]);
    if (!labels.some((label) => classOf(label) !== undefined)) {
      throw new ServiceError(
        'NO_LABELS',
        `the seed pools ${seedPoolIds.join(', ')} of campaign "${campaignId}" have no labels: import some with ImportLabels`,
      );
    }
    const questions = await this.campaigns.questions(campaignId);
    const earlier = (await this.campaigns.iterations(campaignId)).filter((row) => row.number < number).reverse();
    const labelledHere = labels
      .filter((label) => label.poolId === poolId && label.purpose === Purpose.IMPORT)
      .map((label) => label.spectrumId);
    // In the paper's method an audit only measures: its spectra stay in the pool, and may be asked later.
    const asked = questions.filter((question) => question.purpose === 'query' || method.audit.feedBack);
    // Choices train: the next audit is drawn from, and speaks of, the predicted positives without them.
    const choices = await this.campaigns.choices(campaignId);
    const excluded = new Set([...labelledHere, ...asked.map((question) => question.spectrum_id), ...choices]);
    const plan: IterationPlan = create(IterationPlanSchema, {
      campaignId,
      iteration: number,
      kind: kind === 'final' ? PlanKind.FINAL : PlanKind.LOOP,
      seed: iterationSeed(campaign.seed, number),
      poolId,
      seedPoolIds,
      labelPosition: labels.reduce((last, { position }) => (position > last ? position : last), 0n),
      method: method as unknown as JsonObject,
      excludedSpectrumIds: [...excluded].sort(),
      batchKeys: earlier.map((row) => row.batch_key).reverse(),
      earlierModelIds: earlier.map((row) => row.model_id),
      // After a final training of its own kind the model stands alone.
      averagedIterations:
        kind === 'final' && method.finalTraining
          ? []
          : earlier.slice(0, method.scoring.meanOfLast - 1).map((row) => row.number),
    });
    const key = planKey(campaignId, number);
    await this.objects.put(key, encodeIterationPlan(plan), {
      contentType: 'application/json',
    });
    return {
      number,
      kind,
      labelPosition: Number(plan.labelPosition),
      labelsSpent: await this.campaigns.labelsSpent(campaignId),
      planKey: key,
    };
  }
}
