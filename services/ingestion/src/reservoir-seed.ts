import { createHash } from 'node:crypto';

/** The seed of a pool's reservoirs: the same for all of its shards, so that they merge into one sample of the pool. */
export function reservoirSeed(poolId: string): bigint {
  return createHash('sha256').update(`reservoir of ${poolId}`).digest().readBigUInt64BE();
}
