import { createHash } from 'node:crypto';

/**
 * Seed of one iteration: the first 64 bits of SHA-256 of `<seed of the campaign>/<iteration>`. Iterations draw independently of
 * each other, and a campaign of the same seed draws the same again.
 */
export function iterationSeed(campaignSeed: string, iteration: number): bigint {
  return createHash('sha256').update(`${campaignSeed}/${iteration}`).digest().readBigUInt64BE();
}
