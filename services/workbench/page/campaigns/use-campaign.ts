import { useCallback } from 'react';
import { Campaign_State } from '@spectrawl/contracts';
import { selection } from '../app/services.ts';
import { useStream } from '../app/use-stream.ts';
import { withChange, type Watched } from './watch.ts';

/** Follows a campaign and its iterations as they change. */
export function useCampaign(campaignId: string) {
  return useStream(useCallback((signal: AbortSignal) => watch(campaignId, signal), [campaignId]));
}

/** All that is known after each change. A completed campaign changes no more: then nothing comes until the watcher leaves. */
async function* watch(campaignId: string, signal: AbortSignal): AsyncGenerator<Watched> {
  let known: Watched = { iterations: [] };
  for await (const { campaign, iterations } of selection.watchCampaign({ campaignId }, { signal })) {
    known = withChange(known, campaign, iterations);
    yield known;
  }
  if (known.campaign?.state === Campaign_State.COMPLETED) await aborted(signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
