import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  iterationRetried,
  IterationRetriedSchema,
  iterationStarted,
  IterationStartedSchema,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, LEDGER, type Clock } from '@spectrawl/runtime';
import { askBatch } from './ask-batch.ts';
import { BeginIteration, type PreparedIteration } from './begin-iteration.ts';
import {
  CampaignRepository,
  changeCampaign,
  changeIteration,
  lastIteration,
  type CampaignRow,
} from './campaign.repository.ts';
import { requireUnfinished } from './campaign.ts';
import { CloseIteration } from './close-iteration.ts';
import { fail } from './step-problems.ts';
import type { Tables } from './tables.ts';

/** Goes on after a pause with what the pause held back, or tries a failed step again. */
@Injectable()
export class ResumeCampaign {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CloseIteration) private readonly closing: CloseIteration,
    @Inject(BeginIteration) private readonly iterations: BeginIteration,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND, CAMPAIGN_OVER, BAD_REQUEST for a campaign that was never started */
  async resume(campaignId: string): Promise<CampaignRow> {
    const campaign = await this.campaigns.campaign(campaignId);
    requireUnfinished(campaign);
    if (campaign.state === 'running') return campaign;
    if (campaign.state === 'created') {
      throw new ServiceError('BAD_REQUEST', `campaign "${campaignId}" was never started: start it`);
    }
    // The labels may be what a training failed of: the plan is made anew, of those that there are by now.
    const again = campaign.state === 'failed' ? await this.prepareAgain(campaign) : undefined;
    const isDone = await this.ledger.transaction(async (tx) => {
      const before = await changeCampaign(tx.db, campaignId, ({ state }) =>
        state === 'paused' || state === 'failed' ? { state: 'running', problem: '' } : {},
      );
      const iteration = await lastIteration(tx.db, before);
      if ((before.state !== 'paused' && before.state !== 'failed') || !iteration) return false;
      // What was held back goes on in the iteration's trace, of which this call is only the occasion.
      const traceparent = iteration.traceparent || undefined;
      if (again && before.state === 'failed' && iteration.step === 'training') {
        const { number, planKey, labelPosition, labelsSpent } = again;
        await changeIteration(tx.db, campaignId, number, {
          label_position: labelPosition,
          labels_spent: labelsSpent,
          start_time: this.clock(),
        });
        tx.publish(iterationStarted, create(IterationStartedSchema, { campaignId, iteration: number, planKey }), {
          traceparent,
        });
      } else if (before.state === 'failed' && iteration.step === 'scoring') {
        const { number, model_id: modelId, plan_key: planKey } = iteration;
        tx.publish(
          iterationRetried,
          create(IterationRetriedSchema, { campaignId, iteration: number, modelId, planKey }),
          { traceparent },
        );
      } else if (iteration.step === 'selecting' && iteration.batch_key !== '') {
        await askBatch(tx, iteration, this.clock(), traceparent);
      }
      return iteration.step === 'done';
    });
    if (isDone) await this.#goOn(campaignId);
    // The pause came while iteration 0 was made ready.
    if (campaign.current_iteration < 0) await this.iterations.begin({ ...campaign, state: 'running' }, 0, 'loop');
    return await this.campaigns.campaign(campaignId);
  }

  /** What can't be done now has to be shown, and tried again by another resume: no event asks for it any more. */
  async #goOn(campaignId: string): Promise<void> {
    try {
      await this.closing.goOn(campaignId);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.ledger.transaction((tx) =>
        fail(tx, campaignId, `it could not go on: ${reason}; mend it, then resume`),
      );
      throw error;
    }
  }

  private async prepareAgain(campaign: CampaignRow): Promise<PreparedIteration | undefined> {
    const iteration = await this.campaigns.iteration(campaign.campaign_id, campaign.current_iteration);
    if (iteration?.step !== 'training') return undefined;
    return await this.iterations.prepare(campaign, iteration.number, iteration.kind);
  }
}
