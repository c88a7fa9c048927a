import { expect, it } from 'vitest';
import { placeRefusal } from './refusals.ts';

const entered = { poolId: 'dr2', seedPoolIds: ['dr2', 'ondrejov'] };

it.each([
  ['CAMPAIGN_EXISTS', 'there is a campaign "be" already: choose another name', 'campaignId'],
  ['POOL_NOT_SEALED', 'pool "dr2" still accepts spectra: seal it first with SealPool', 'poolId'],
  ['POOL_NOT_FOUND', 'there is no pool "ondrejov"', 'seedPoolIds'],
  ['BAD_REQUEST', 'seed_pool_ids is empty: name a pool whose spectra have imported labels', 'seedPoolIds'],
  ['BAD_REQUEST', 'campaign_id "Be!": use 1 to 63 of a-z', 'campaignId'],
  ['BAD_REQUEST', 'seed is 9007199254740992: use at most 2^53 - 1', 'seed'],
  ['BAD_REQUEST', 'request_id is needed', ''],
  ['ROLE_TOO_SMALL', 'only an operator may create a campaign', ''],
  [undefined, 'the connection to the workbench is broken', ''],
])('%s "%s" is shown at "%s"', (reason, message, path) => {
  expect(placeRefusal(reason, message, entered)).toEqual([{ path, message }]);
});

it('a refused method is shown at its values', () => {
  const refusal = "The campaign's method can't be used: query.size must be an integer of at least 1, not 0";
  expect(placeRefusal('BAD_METHOD', refusal, entered)).toEqual([
    { path: 'query.size', message: 'Must be an integer of at least 1, not 0' },
  ]);
});
