import { Inject, Injectable } from '@nestjs/common';
import type { Ledger } from '@spectrawl/event-bus';
import { LEDGER } from '@spectrawl/runtime';
import { CampaignRepository, changeCampaign, type CampaignRow } from './campaign.repository.ts';
import { requireUnfinished } from './campaign.ts';
import type { Tables } from './tables.ts';

@Injectable()
export class StopCampaign {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
  ) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND, CAMPAIGN_OVER */
  async stop(campaignId: string): Promise<CampaignRow> {
    requireUnfinished(await this.campaigns.campaign(campaignId));
    await this.ledger.transaction(async ({ db }) => {
      await changeCampaign(db, campaignId, () => ({ stop_requested: true }));
    });
    return await this.campaigns.campaign(campaignId);
  }
}
