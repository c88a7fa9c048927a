import { Inject, Injectable } from '@nestjs/common';
import type { Ledger } from '@spectrawl/event-bus';
import { LEDGER } from '@spectrawl/runtime';
import { BeginIteration } from './begin-iteration.ts';
import { CampaignRepository, changeCampaign, type CampaignRow } from './campaign.repository.ts';
import type { Tables } from './tables.ts';

@Injectable()
export class StartCampaign {
  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(BeginIteration) private readonly iterations: BeginIteration,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
  ) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND, NO_LABELS (the campaign stays as created) */
  async start(campaignId: string): Promise<CampaignRow> {
    const campaign = await this.campaigns.campaign(campaignId);
    if (campaign.current_iteration >= 0) return campaign;
    await this.setState(campaignId, 'created', 'running');
    try {
      await this.iterations.begin({ ...campaign, state: 'running' }, 0, 'loop');
    } catch (error) {
      await this.setState(campaignId, 'running', 'created');
      throw error;
    }
    return await this.campaigns.campaign(campaignId);
  }

  private async setState(campaignId: string, from: CampaignRow['state'], to: CampaignRow['state']): Promise<void> {
    await this.ledger.transaction(async ({ db }) => {
      await changeCampaign(db, campaignId, (row) =>
        row.state === from && row.current_iteration < 0 ? { state: to } : {},
      );
    });
  }
}
