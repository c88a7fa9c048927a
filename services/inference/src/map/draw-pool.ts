import { createDraw } from '@spectrawl/active-learning';
import { FEATURE_COUNT, openShard, readReservoir, type ByteSource, type ManifestShard } from '@spectrawl/pool';

/** Spectra drawn at random from a pool, in random order. */
export interface DrawnSpectra {
  ids: string[];
  shards: Int32Array;
  /** Row of each in its shard. */
  rows: Int32Array;
  /** n × 140. */
  features: Float32Array<ArrayBuffer>;
}

interface Drawn {
  id: string;
  shard: number;
  row: number;
  priority: number;
  features: Float32Array;
}

/** Rows of a shard that are read at a time: some 5 MB. */
const READ_ROWS = 8192;
/** Standard deviations by which the cut lies above the expected one: one pool in a billion then has too few rows below it. */
const MARGIN = 6;

/**
 * Draws spectra from a pool: those of the smallest draw numbers, so that every selection of that size is equally likely, and the same
 * pool gives the same one. A shard is read only where the reservoir beside it does not hold all of its rows that may be drawn.
 *
 * @param count spectra, at most
 * @param open opens the object of a key
 * @param onProgress is told which part is done, 0 to 1
 */
export async function drawPool(
  shards: readonly ManifestShard[],
  count: number,
  open: (key: string) => Promise<ByteSource>,
  onProgress: (done: number) => void,
  signal: AbortSignal,
): Promise<DrawnSpectra> {
  const total = shards.reduce((sum, { rows }) => sum + rows, 0);
  // The count-th smallest of `total` uniform numbers lies below it all but surely.
  const cut = Math.min(1, (count + MARGIN * Math.sqrt(count) + 1) / Math.max(1, total));
  const drawn: Drawn[] = [];
  for (const [at, shard] of shards.entries()) {
    signal.throwIfAborted();
    onProgress(at / shards.length);
    drawn.push(...(await drawShard(shard, cut, open, signal)));
  }
  drawn.sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
  const chosen = drawn.slice(0, count);
  const features = new Float32Array(chosen.length * FEATURE_COUNT);
  for (const [at, each] of chosen.entries()) features.set(each.features, at * FEATURE_COUNT);
  return {
    ids: chosen.map(({ id }) => id),
    shards: Int32Array.from(chosen, ({ shard }) => shard),
    rows: Int32Array.from(chosen, ({ row }) => row),
    features,
  };
}

/** The rows of a shard whose draw numbers lie below the cut. */
async function drawShard(
  { number, key, reservoirKey }: ManifestShard,
  cut: number,
  open: (key: string) => Promise<ByteSource>,
  signal: AbortSignal,
): Promise<Drawn[]> {
  const { rows, description } = await readReservoir(await open(reservoirKey));
  const isWhole = rows.id.length === description.shardRows;
  if (isWhole || (rows.priority.at(-1) ?? 0) >= cut) {
    const end = rows.priority.findIndex((priority) => priority >= cut);
    return rows.id.slice(0, end < 0 ? rows.id.length : end).map((id, at) => ({
      id,
      shard: number,
      row: rows.row[at]!,
      priority: rows.priority[at]!,
      features: vector(rows.features, at),
    }));
  }
  const draw = createDraw(BigInt(description.seed), 'exploration');
  const file = await openShard(await open(key));
  const drawn: Drawn[] = [];
  for (let start = 0; start < file.rows; start += READ_ROWS) {
    signal.throwIfAborted();
    const read = await file.read({
      columns: ['id', 'features'],
      rows: { start, end: Math.min(start + READ_ROWS, file.rows) },
    });
    for (const [at, id] of read.id.entries()) {
      const priority = draw(id);
      if (priority >= cut) continue;
      // A copy: a view would keep all that was read in memory.
      drawn.push({ id, shard: number, row: start + at, priority, features: vector(read.features, at).slice() });
    }
  }
  return drawn;
}

const vector = (features: Float32Array, row: number): Float32Array =>
  features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT);
