import { FEATURE_COUNT } from '../src/index.ts';
import type { ShardRows } from '../src/index.ts';

/** Rows of the shard that the benchmarks read and write. */
export const BENCH_ROWS = 100_000;

/** Rows like a survey's: sorted names, positions, a few words that repeat, and noise in [−1, 1] as features. */
export function benchRows(): ShardRows {
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: BENCH_ROWS }, (_, row) => value(row));
  const features = new Float32Array(BENCH_ROWS * FEATURE_COUNT);
  let state = 1;
  for (let i = 0; i < features.length; i++) {
    // A linear congruential generator (Numerical Recipes): noise that needs no library, the same in every run.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    features[i] = state / 2 ** 31 - 1;
  }
  return {
    id: each((row) => `spec-55859-F5902_sp${String(row).padStart(7, '0')}`),
    designation: each((row) => `J${String(row * 7).padStart(9, '0')}`),
    obsid: each(BigInt),
    ra: each((row) => (row * 0.0137) % 360),
    dec: each((row) => ((row * 0.0071) % 90) - 10),
    snr: each((row) => (row % 997) / 7),
    class: each(() => 'STAR'),
    subclass: each((row) => `${'OBAFGKM'[row % 7]}${row % 10}`),
    survey: each(() => 'lamost'),
    source: each((row) => `spec-55859-F5902_sp${String(row).padStart(7, '0')}.fits.gz`),
    mjd: each((row) => 55859 + (row % 300)),
    features,
  };
}
