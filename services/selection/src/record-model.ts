import { Inject, Injectable } from '@nestjs/common';
import type { ModelTrained, TrainingFailed } from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { CLOCK, LEDGER, LOGGER, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { changeCampaign, changeIteration } from './campaign.repository.ts';
import type { Tables } from './tables.ts';

/** Notes how a training ended. */
@Injectable()
export class RecordModel {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async trained({ campaignId, iteration, modelId }: ModelTrained, eventId: string): Promise<void> {
    await this.ledger.transaction(async ({ db, firstTime }) => {
      if (!(await firstTime(eventId))) return;
      const change = { step: 'scoring', model_id: modelId, trained_time: this.clock() } as const;
      // pool-scored comes on another topic, and may have been heard before.
      await changeIteration(db, campaignId, iteration, change, 'training');
    });
  }

  async failed({ campaignId, iteration, message }: TrainingFailed, eventId: string): Promise<void> {
    const isFirst = await this.ledger.transaction(async ({ db, firstTime }) => {
      if (!(await firstTime(eventId))) return false;
      const problem = `training of iteration ${iteration} failed: ${message}`;
      await changeCampaign(db, campaignId, () => ({ state: 'failed', problem }));
      return true;
    });
    if (isFirst) this.log.warn({ campaign: campaignId, iteration, reason: message }, 'campaign failed');
  }
}
