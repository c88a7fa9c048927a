import type { Manifest } from './manifest.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { openShard } from './shard.ts';

/**
 * Those of the ids that a pool holds. Reads the ids of the row groups that may hold one, and nothing else.
 * @param open opens the object of a key
 * Errors: PoolError; whatever `open` throws passes through.
 */
export async function findSpectra(
  { shards }: Pick<Manifest, 'shards'>,
  ids: readonly string[],
  open: (key: string) => Promise<ByteSource>,
): Promise<Set<string>> {
  const found = new Set<string>();
  for (const { key, minId, maxId } of shards) {
    const wanted = ids.filter((id) => id >= minId && id <= maxId);
    if (wanted.length === 0) continue;
    const shard = await openShard(await open(key));
    for (const id of (await shard.findRows(wanted)).keys()) found.add(id);
  }
  return found;
}
