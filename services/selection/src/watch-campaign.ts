import { EventEmitter, once } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, type CallContext } from '@spectrawl/grpc';
import { CONFIG } from '@spectrawl/runtime';
import { CampaignRepository, type CampaignRow, type IterationRow } from './campaign.repository.ts';
import type { SelectionConfig } from './config.ts';

/** What a watcher is sent. */
export interface CampaignChange {
  campaign: CampaignRow;
  /** All of them first, then those that changed. */
  iterations: IterationRow[];
}

/** Tells watchers when a campaign changes: at once within this process, after the watch interval when a replica changed it. */
@Injectable()
export class WatchCampaign {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #count = 0;

  constructor(
    @Inject(CampaignRepository) private readonly campaigns: CampaignRepository,
    @Inject(CONFIG) private readonly config: SelectionConfig,
  ) {}

  /** To be called when a change of any campaign was committed here. */
  changed(): void {
    this.#count += 1;
    this.#changes.emit('change');
  }

  /**
   * Ends when the campaign is completed or the watcher has left.
   * @throws {ServiceError} CAMPAIGN_NOT_FOUND; STOPPING when the service stops: watch again
   */
  async *watch(
    campaignId: string,
    { signal: left, draining }: Pick<CallContext, 'signal' | 'draining'>,
  ): AsyncIterable<CampaignChange> {
    const signal = AbortSignal.any([left, draining]);
    let seen = -1;
    while (!signal.aborted) {
      const before = this.#count;
      const campaign = await this.campaigns.campaign(campaignId);
      if (campaign.revision > seen) {
        const iterations = await this.campaigns.iterations(campaignId, -1, 10_000, seen);
        seen = campaign.revision;
        yield { campaign, iterations };
        if (campaign.state === 'completed') return;
      }
      // What changed since it was looked at is not waited for.
      if (this.#count === before) await this.#change(signal);
    }
    if (draining.aborted) throw new ServiceError('STOPPING', 'the service stops: watch again when it is back');
  }

  async #change(signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, AbortSignal.timeout(this.config.watchInterval)]);
    // Rejects when the watcher leaves or the interval is over: then it is time to look, too.
    await once(this.#changes, 'change', { signal: either }).catch(() => undefined);
  }
}
