// Contender: writes a shard into memory.
import { createInterface } from 'node:readline';
import { FEATURE_COUNT, writeShard } from '../src/index.ts';
import { BENCH_ROWS, benchRows } from './bench-rows.ts';

const rows = benchRows();

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'run') continue;
  const start = performance.now();
  await writeShard(rows, { pool: 'bench', shard: 0, preprocessing: 'bench', featureCount: FEATURE_COUNT });
  console.log(JSON.stringify({ work: BENCH_ROWS, seconds: (performance.now() - start) / 1000 }));
}
