import { findRows } from './find-rows.ts';
import type { Manifest } from './manifest.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { FEATURE_COUNT } from './shard.ts';

/**
 * The features of those of the ids that a pool holds, 140 values each, by id. Reads only the row groups that may hold one.
 * @param open opens the object of a key
 * Errors: PoolError; whatever `open` throws passes through.
 */
export async function findFeatures(
  manifest: Pick<Manifest, 'shards'>,
  ids: readonly string[],
  open: (key: string) => Promise<ByteSource>,
): Promise<Map<string, Float32Array>> {
  const features = new Map<string, Float32Array>();
  for await (const { shard, rows } of findRows(manifest, ids, open)) {
    const order = [...rows].sort(([, a], [, b]) => a - b);
    const data = await shard.read({ columns: ['features'], rows: order.map(([, row]) => row) });
    for (const [at, [id]] of order.entries()) {
      features.set(id, data.features.subarray(at * FEATURE_COUNT, (at + 1) * FEATURE_COUNT));
    }
  }
  return features;
}
