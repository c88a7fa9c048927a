import type { MethodOverrides } from '@spectrawl/active-learning';
import { Pool_State, type Pool } from '@spectrawl/contracts';
import { NAME, NAME_RULE } from '../app/names.ts';
import { readDraft, type FieldProblem, type MethodDraft } from './method-draft.ts';

/** What stands in the form of a new campaign. */
export interface CampaignDraft {
  campaignId: string;
  poolId: string;
  seedPoolIds: readonly string[];
  seed: string;
  method: MethodDraft;
}

/** A campaign as it is asked for. */
export interface CampaignRequest {
  campaignId: string;
  poolId: string;
  seedPoolIds: string[];
  preset: string;
  method: MethodOverrides;
  seed: bigint;
}

/** Reads the form; the request is only good where there are no problems. */
export function readCampaignDraft(draft: CampaignDraft): { request: CampaignRequest; problems: FieldProblem[] } {
  const { overrides, problems: ofMethod } = readDraft(draft.method);
  const seed = seedOf(draft.seed);
  const problems: FieldProblem[] = [];
  if (!NAME.test(draft.campaignId)) problems.push({ path: 'campaignId', message: `Enter ${NAME_RULE}` });
  if (draft.poolId === '') problems.push({ path: 'poolId', message: 'Choose the sealed pool to search' });
  if (draft.seedPoolIds.length === 0)
    problems.push({ path: 'seedPoolIds', message: 'Choose at least one: its imported labels train iteration 0' });
  if (seed === undefined) problems.push({ path: 'seed', message: 'Enter a whole number from 0 to 2^53 − 1' });
  return {
    request: {
      campaignId: draft.campaignId,
      poolId: draft.poolId,
      seedPoolIds: [...draft.seedPoolIds],
      preset: draft.method.preset,
      method: overrides,
      seed: seed ?? 0n,
    },
    problems: [...problems, ...ofMethod],
  };
}

function seedOf(text: string): bigint | undefined {
  if (!/^\d{1,16}$/.test(text.trim())) return undefined;
  const seed = BigInt(text.trim());
  return seed <= BigInt(Number.MAX_SAFE_INTEGER) ? seed : undefined;
}

/** Sealed pools first, each kind by name: only those can be searched. */
export function poolsToSearch(pools: readonly Pool[]): { sealed: Pool[]; open: Pool[] } {
  return {
    sealed: pools.filter(({ state }) => state === Pool_State.SEALED),
    open: pools.filter(({ state }) => state !== Pool_State.SEALED),
  };
}
