import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { iterationStarted, IterationStartedSchema } from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, LEDGER, type Clock } from '@spectrawl/runtime';
import { askBatch } from './ask-batch.ts';
import { CampaignRepository, changeCampaign, changeIteration, type CampaignRow } from './campaign.repository.ts';
import { requireUnfinished } from './campaign.ts';
import { CloseIteration } from './close-iteration.ts';
import type { Tables } from './tables.ts';

/** Goes on after a pause with what the pause held back, or tries a failed step again. */
@Injectable()
export class ResumeCampaign {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CloseIteration) private readonly closing: CloseIteration,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND, CAMPAIGN_OVER, BAD_REQUEST for a campaign that was never started */
  async resume(campaignId: string): Promise<CampaignRow> {
    const campaign = await this.campaigns.campaign(campaignId);
    requireUnfinished(campaign);
    if (campaign.state === 'running') return campaign;
    const iteration = await this.campaigns.iteration(campaignId, campaign.current_iteration);
    if (!iteration) throw new ServiceError('BAD_REQUEST', `campaign "${campaignId}" was never started: start it`);
    await this.ledger.transaction(async (tx) => {
      const before = await changeCampaign(tx.db, campaignId, () => ({ state: 'running', problem: '' }));
      if (before.state === 'running') return;
      if (before.state === 'failed' && iteration.step === 'training') {
        await changeIteration(tx.db, campaignId, iteration.number, { start_time: this.clock() });
        const { number, plan_key: planKey } = iteration;
        tx.publish(iterationStarted, create(IterationStartedSchema, { campaignId, iteration: number, planKey }));
      } else if (iteration.step === 'selecting' && iteration.batch_key !== '') {
        await askBatch(tx, iteration, this.clock());
      }
    });
    if (iteration.step === 'done') await this.closing.goOn(campaignId);
    return await this.campaigns.campaign(campaignId);
  }
}
