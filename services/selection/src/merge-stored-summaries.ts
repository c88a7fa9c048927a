import { mergeSummaries, type PoolSummary } from '@spectrawl/active-learning';
import type { ObjectStore } from '@spectrawl/object-store';
import { bytesSource, readSummary } from '@spectrawl/pool';

/** Summaries in memory at a time, besides what they have been merged into: some hundred rows each. */
const AT_A_TIME = 64;

/** Merges the summaries of any number of shards in bounded memory. The merge is exact in any grouping, so portions give the same as all. */
export async function mergeStoredSummaries(objects: ObjectStore, keys: readonly string[]): Promise<PoolSummary> {
  let merged: PoolSummary | undefined;
  for (let start = 0; start < keys.length; start += AT_A_TIME) {
    const portion = await Promise.all(
      keys.slice(start, start + AT_A_TIME).map(async (key) => await readSummary(bytesSource(await objects.get(key)))),
    );
    merged = mergeSummaries(merged ? [merged, ...portion] : portion);
  }
  return merged ?? mergeSummaries([]);
}
