// A scored pool as large as LAMOST DR2 on disk: shards and scores as the services write them, of noise.
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import { FEATURE_COUNT, scoresKey, SHARD_ROWS, shardKey, writeScores, writeShard } from '@spectrawl/pool';

export const CAMPAIGN = 'bench';
export const POOL = 'bench-sky';
export const CLASSES = ['absorption', 'single-peak', 'double-peak'];

/** A linear congruential generator (Numerical Recipes): noise in [0, 1) that needs no library, the same in every run. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Writes shards of full size and their scores until there are `rows` rows, unless they lie there. @returns shards */
export async function scoredSky(directory: string, rows: number): Promise<number> {
  const store = await openObjectStore({ kind: 'filesystem', directory });
  const shards = Math.ceil(rows / SHARD_ROWS);
  for (let shard = 0; shard < shards; shard++) {
    if ((await store.head(scoresKey(CAMPAIGN, 0, shard))) !== undefined) continue;
    await writeOne(store, shard, Math.min(SHARD_ROWS, rows - shard * SHARD_ROWS));
  }
  return shards;
}

async function writeOne(store: ObjectStore, shard: number, rows: number): Promise<void> {
  const random = noise(shard + 1);
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => value(row));
  const id = each((row) => `spec-${56000 + shard}-B${String(row).padStart(6, '0')}_sp01`);
  await store.put(
    shardKey(POOL, shard),
    await writeShard(
      {
        id,
        designation: each(() => `J${String(Math.floor(random() * 1e9)).padStart(9, '0')}`),
        obsid: each((row) => BigInt(shard * SHARD_ROWS + row)),
        ra: each(() => random() * 360),
        dec: each(() => (Math.asin(2 * random() - 1) * 180) / Math.PI),
        snr: each(() => 100 * random() ** 3),
        class: each(() => 'STAR'),
        subclass: each((row) => `${'OBAFGKM'[row % 7]}${row % 10}`),
        survey: each(() => 'lamost'),
        source: id,
        mjd: each((row) => 55859 + (row % 300)),
        features: Float32Array.from({ length: rows * FEATURE_COUNT }, () => 2 * random() - 1),
      },
      { pool: POOL, shard, preprocessing: '1', featureCount: FEATURE_COUNT },
    ),
  );
  const probabilities = new Float32Array(rows * CLASSES.length);
  const uncertainty = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const emission = random() ** 40;
    const single = emission * random();
    probabilities.set([1 - emission, single, emission - single], row * CLASSES.length);
    uncertainty[row] = random() ** 4;
  }
  await store.put(
    scoresKey(CAMPAIGN, 0, shard),
    await writeScores(
      {
        id,
        probabilities,
        model_probabilities: probabilities,
        uncertainty,
        excluded: id.map((_, row) => row % 997 === 0),
      },
      { campaign: CAMPAIGN, iteration: 0, pool: POOL, shard, models: ['bench'], classes: CLASSES, strategy: 'margin' },
    ),
  );
}
