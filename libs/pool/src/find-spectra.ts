import { findRows } from './find-rows.ts';
import type { Manifest } from './manifest.ts';
import type { ByteSource } from './parquet/byte-source.ts';

/**
 * Those of the ids that a pool holds. Reads the ids of the row groups that may hold one, and nothing else.
 * @param open opens the object of a key
 * Errors: PoolError; whatever `open` throws passes through.
 */
export async function findSpectra(
  manifest: Pick<Manifest, 'shards'>,
  ids: readonly string[],
  open: (key: string) => Promise<ByteSource>,
): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { rows } of findRows(manifest, ids, open)) for (const id of rows.keys()) found.add(id);
  return found;
}
