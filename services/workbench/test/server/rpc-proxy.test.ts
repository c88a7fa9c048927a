import { Code, ConnectError } from '@connectrpc/connect';
import { SelectionService, TrainingService, type Campaign } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkbenchProcess, type Browser } from './workbench-process.ts';

/** So large that few of them fill the buffers of all connections on the way. */
const MEGABYTE = 'x'.repeat(1024 * 1024);

/** What fits into those buffers, and what somebody who reads would get. */
const BUFFERED = 40;
const MESSAGES = 400;

let sent = 0;
let waiting = 0;
let left: string[] = [];
let workbench: WorkbenchProcess;
let browser: Browser;

beforeAll(async () => {
  workbench = await WorkbenchProcess.start({
    selection: {
      async getCampaign({ campaignId }, { signal }) {
        if (campaignId === 'slow') {
          waiting += 1;
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          left.push(campaignId);
        }
        if (campaignId === 'gone') throw new ServiceError('CAMPAIGN_NOT_FOUND', 'there is no campaign gone');
        return { campaign: { campaignId } };
      },
      async *watchCampaign({ campaignId }, { signal }) {
        try {
          for (let number = 0; number < MESSAGES && !signal.aborted; number += 1) {
            sent += 1;
            yield { campaign: { campaignId, problem: MEGABYTE, labelsSpent: number } };
            if (campaignId === 'failing') throw new ServiceError('CAMPAIGN_OVER', 'it is over');
          }
        } finally {
          left.push(campaignId);
        }
      },
    },
  });
  browser = workbench.browser();
  await browser.fetch(await workbench.link());
});
afterAll(() => workbench.end());
beforeEach(() => {
  sent = 0;
  left = [];
});

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<ConnectError> {
  return await call.then(
    () => {
      throw new Error('the call went well');
    },
    (error: unknown) => ConnectError.from(error),
  );
}

describe('calls of the page', () => {
  it('are answered by the services', async () => {
    const { campaign } = await browser.client(SelectionService).getCampaign({ campaignId: 'demo' });
    expect(campaign?.campaignId).toBe('demo');
  });

  it('are refused with the stable reason of the service', async () => {
    const error = await refusal(browser.client(SelectionService).getCampaign({ campaignId: 'gone' }));
    expect(error.code).toBe(Code.NotFound);
    expect(error.rawMessage).toBe('there is no campaign gone');
    expect(error.metadata.get('spectrawl-reason')).toBe('CAMPAIGN_NOT_FOUND');
    expect(error.metadata.get('spectrawl-service')).toBe('selection');
  });

  it('name the service that does not answer', async () => {
    const error = await refusal(browser.client(TrainingService).listModels({}));
    expect(error.code).toBe(Code.Unavailable);
    expect(error.metadata.get('spectrawl-service')).toBe('training');
    expect(error.metadata.get('spectrawl-reason')).toBeNull();
  });

  it('need somebody who is signed in', async () => {
    const stranger = workbench.browser().client(SelectionService);
    const error = await refusal(stranger.getCampaign({ campaignId: 'demo' }));
    expect(error.code).toBe(Code.Unauthenticated);
    expect(error.metadata.get('spectrawl-service')).toBe('workbench');
  });

  it('are given up at the service when the browser gives up, or its deadline passes', async () => {
    const leaving = new AbortController();
    const call = browser.client(SelectionService).getCampaign({ campaignId: 'slow' }, { signal: leaving.signal });
    const refused = refusal(call);
    await expect.poll(() => waiting).toBe(1);
    leaving.abort();
    expect((await refused).code).toBe(Code.Canceled);
    await expect.poll(() => left).toHaveLength(1);
    const late = browser.client(SelectionService).getCampaign({ campaignId: 'slow' }, { timeoutMs: 2000 });
    expect((await refusal(late)).code).toBe(Code.DeadlineExceeded);
    await expect.poll(() => left).toHaveLength(2);
  });
});

describe('streams to the page', () => {
  it('bring every message, in order', async () => {
    const seen: number[] = [];
    const leaving = new AbortController();
    const stream = browser.client(SelectionService).watchCampaign({ campaignId: 'demo' }, { signal: leaving.signal });
    for await (const { campaign } of stream) {
      seen.push((campaign as Campaign).labelsSpent);
      if (seen.length === 50) break;
    }
    leaving.abort();
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
    await expect.poll(() => left).toEqual(['demo']);
  });

  it('end with the reason of the service', async () => {
    const stream = browser.client(SelectionService).watchCampaign({ campaignId: 'failing' })[Symbol.asyncIterator]();
    await stream.next();
    const error = await refusal(stream.next());
    expect(error.metadata.get('spectrawl-reason')).toBe('CAMPAIGN_OVER');
  });

  it('wait for a browser that does not read', async () => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const stream = browser.client(SelectionService).watchCampaign({ campaignId: 'unread' }, { signal });
    await stream[Symbol.asyncIterator]().next();
    let before = -1;
    // Until nothing more is sent.
    await vi.waitFor(
      () => {
        const grown = sent !== before;
        before = sent;
        expect(grown).toBe(false);
      },
      { interval: 300, timeout: 20_000 },
    );
    expect(sent).toBeLessThan(BUFFERED);
    leaving.abort();
    await expect.poll(() => left).toEqual(['unread']);
  });
});
