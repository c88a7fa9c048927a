import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { gauge } from '@spectrawl/telemetry';
import { CampaignRepository } from './campaign.repository.ts';
import { CAMPAIGN_STATES } from './tables.ts';

/** Shows how many campaigns there are. */
@Injectable()
export class CampaignMetrics implements OnModuleInit, OnModuleDestroy {
  #end: (() => void) | undefined;

  constructor(@Inject(CampaignRepository) private readonly campaigns: CampaignRepository) {}

  onModuleInit(): void {
    this.#end = gauge('spectrawl.campaigns', { description: 'Campaigns by state', unit: '{campaign}' }, async () => {
      const counts = await this.campaigns.countByState();
      return CAMPAIGN_STATES.map((state) => ({
        value: counts.get(state) ?? 0,
        attributes: { 'spectrawl.campaign.state': state },
      }));
    });
  }

  onModuleDestroy(): void {
    this.#end?.();
  }
}
