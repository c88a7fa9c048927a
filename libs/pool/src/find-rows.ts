import type { Manifest } from './manifest.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { openShard } from './shard.ts';

/**
 * The shards that hold some of the ids, each with the rows of those that it holds, by id. Opens only shards that may hold one, and reads
 * the ids of the row groups that may.
 * @param open opens the object of a key
 * Errors: PoolError; whatever `open` throws passes through.
 */
export async function* findRows(
  { shards }: Pick<Manifest, 'shards'>,
  ids: readonly string[],
  open: (key: string) => Promise<ByteSource>,
) {
  for (const { key, minId, maxId } of shards) {
    const wanted = ids.filter((id) => id >= minId && id <= maxId);
    if (wanted.length === 0) continue;
    const shard = await openShard(await open(key));
    yield { shard, rows: await shard.findRows(wanted) };
  }
}
