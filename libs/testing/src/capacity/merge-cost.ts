import {
  mergeSummaries,
  queryPlanOf,
  resolveMethod,
  summariseShard,
  summaryLimitsFor,
  type PoolSummary,
} from '@spectrawl/active-learning';
import { bytesSource, FEATURE_COUNT, readSummary, writeSummary } from '@spectrawl/pool';
import { median } from '../bench/run-benchmark.ts';

const ROWS = 20_000;
const PORTION = 64;
const ROUNDS = 5;

/** Seconds that reading and merging one shard's summary takes: that of a full shard under the default method, here and now. */
export async function measureMergeSeconds(): Promise<number> {
  const method = resolveMethod('default');
  const classCount = method.classes.length;
  const probabilities = new Float32Array(ROWS * classCount);
  for (let row = 0; row < ROWS; row += 1) {
    const positive = (row + 0.5) / ROWS;
    for (let c = 1; c < classCount; c += 1) probabilities[row * classCount + c] = positive / (classCount - 1);
    probabilities[row * classCount] = 1 - positive;
  }
  const scored = {
    probabilities,
    classCount,
    features: new Float32Array(ROWS * FEATURE_COUNT),
    excluded: () => false,
    strategy: method.query.strategy,
    limits: summaryLimitsFor(queryPlanOf(method)),
    seed: 1n,
  };
  const files = await Promise.all(
    Array.from({ length: PORTION }, async (_, shard) => {
      const ids = Array.from({ length: ROWS }, (_, row) => `${shard}-${row}`);
      return await writeSummary(summariseShard({ ...scored, ids, shard }));
    }),
  );
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = performance.now();
    const summaries = await Promise.all(files.map(async (file) => await readSummary(bytesSource(file))));
    const merged: PoolSummary = mergeSummaries(summaries);
    if (merged.rows !== PORTION * ROWS) throw new Error(`merged ${merged.rows} of ${PORTION * ROWS} rows`);
    if (round > 0) times.push((performance.now() - start) / 1000 / PORTION);
  }
  return median(times);
}
