import { FEATURE_COUNT, writeShard } from '@spectrawl/pool';

/** A shard like a survey's as the bytes of its file: sorted names, positions, and noise in [−1, 1] as features. */
export async function benchShard(rows: number, number = 0): Promise<Uint8Array> {
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => value(row));
  const id = each((row) => `spec-55859-F5902_sp${number}-${String(row).padStart(6, '0')}`);
  const nothing = each(() => null);
  const features = new Float32Array(rows * FEATURE_COUNT);
  let state = number;
  for (let i = 0; i < features.length; i++) {
    // A linear congruential generator (Numerical Recipes): noise that needs no library, the same in every run.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    features[i] = state / 2 ** 31 - 1;
  }
  return await writeShard(
    {
      id,
      designation: nothing,
      obsid: nothing,
      ra: each((row) => (row * 0.0137) % 360),
      dec: each((row) => ((row * 0.0071) % 90) - 10),
      snr: each((row) => (row % 997) / 7),
      class: each(() => 'STAR'),
      subclass: nothing,
      survey: each(() => 'lamost'),
      source: id.map((name) => `${name}.fits.gz`),
      mjd: nothing,
      features,
    },
    { pool: 'bench', shard: number, preprocessing: 'bench', featureCount: FEATURE_COUNT },
  );
}
