import type { SpanAttributes } from './tracing.ts';

/** How the spans of an iteration say which one it is. */
export function aboutIteration({ campaignId, iteration }: { campaignId: string; iteration: number }): SpanAttributes {
  return { 'spectrawl.campaign.id': campaignId, 'spectrawl.iteration.number': iteration };
}
