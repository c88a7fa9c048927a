import { describe, expect, it } from 'vitest';
import { readCampaignDraft, type CampaignDraft } from './new-campaign-draft.ts';

const draft: CampaignDraft = {
  campaignId: 'be-stars',
  poolId: 'lamost',
  seedPoolIds: ['lamost'],
  seed: '42',
  method: { preset: 'default', changed: { 'query.clusters': '0' } },
};

describe('the form of a new campaign', () => {
  it('becomes a request', () => {
    expect(readCampaignDraft(draft)).toEqual({
      problems: [],
      request: {
        campaignId: 'be-stars',
        poolId: 'lamost',
        seedPoolIds: ['lamost'],
        preset: 'default',
        method: { query: { clusters: 0 } },
        seed: 42n,
      },
    });
  });

  it.each<[Partial<CampaignDraft>, string]>([
    [{ campaignId: 'Be stars' }, 'campaignId'],
    [{ poolId: '' }, 'poolId'],
    [{ seedPoolIds: [] }, 'seedPoolIds'],
    [{ seed: '-1' }, 'seed'],
    [{ seed: '9007199254740992' }, 'seed'],
    [{ seed: '' }, 'seed'],
    [{ method: { preset: 'default', changed: { 'query.size': '0' } } }, 'query.size'],
  ])('with %j is refused at %s', (change, path) => {
    expect(readCampaignDraft({ ...draft, ...change }).problems).toMatchObject([{ path }]);
  });
});
