import { stoppingRuleOf, type PerformanceEstimate } from '@spectrawl/active-learning';
import { ServiceError } from '@spectrawl/grpc';
import type { CampaignRow } from './campaign.repository.ts';
import type { IterationKind } from './tables.ts';

/** What follows a finished iteration. */
export type NextStep = { next: IterationKind; reason: string } | { next: 'catalogue' };

/** @throws {ServiceError} CAMPAIGN_OVER */
export function requireUnfinished(campaign: CampaignRow): void {
  if (campaign.state === 'completed') {
    throw new ServiceError('CAMPAIGN_OVER', `campaign "${campaign.campaign_id}" is completed: create another one`);
  }
}

/**
 * Decides what follows a finished iteration: another turn of the loop, the final iteration, or the catalogue.
 * @param finished how many iterations are finished, with their labels and the last audit's estimate
 */
export function nextStep(
  campaign: CampaignRow,
  kind: IterationKind,
  finished: { iterations: number; labels: number; estimate: PerformanceEstimate | null },
): NextStep {
  if (kind === 'final') return { next: 'catalogue' };
  if (campaign.stop_requested) return { next: 'final', reason: 'A user stopped the loop.' };
  const { stop, why } = stoppingRuleOf(campaign.method)(finished);
  return stop ? { next: 'final', reason: why } : { next: 'loop', reason: '' };
}
