import { methodProblems, type FieldProblem } from './method-draft.ts';

/** Fields of the form by the names that the service has for them. */
const NAMES: Readonly<Record<string, string>> = {
  campaign_id: 'campaignId',
  pool_id: 'poolId',
  seed_pool_ids: 'seedPoolIds',
  seed: 'seed',
  preset: 'preset',
};

/**
 * Puts a refusal of a new campaign at the field that it is about; at none (the empty path) where it is about no field.
 * @param entered which pools were named: the service says which one it misses
 */
export function placeRefusal(
  reason: string | undefined,
  message: string,
  entered: { poolId: string; seedPoolIds: readonly string[] },
): FieldProblem[] {
  switch (reason) {
    case 'BAD_METHOD':
      return methodProblems(message);
    case 'CAMPAIGN_EXISTS':
      return [{ path: 'campaignId', message }];
    case 'POOL_NOT_FOUND':
    case 'POOL_NOT_SEALED': {
      const isSeed =
        !message.includes(`"${entered.poolId}"`) && entered.seedPoolIds.some((id) => message.includes(`"${id}"`));
      return [{ path: isSeed ? 'seedPoolIds' : 'poolId', message }];
    }
    case 'BAD_REQUEST': {
      const name = /^[a-z_]+/.exec(message)?.[0] ?? '';
      return [{ path: NAMES[name] ?? '', message }];
    }
    default:
      return [{ path: '', message }];
  }
}
