// `make capacity`: checks the simulation of scoring runs against what `make bench` measured with 1, 2 and 4 workers, then simulates
// what this machine cannot run. Prints two tables and writes .build/capacity/results.json.
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import type { BenchmarkResult } from '../bench/run-benchmark.ts';
import { repositoryRoot } from '../repository-root.ts';
import { measureMergeSeconds } from './merge-cost.ts';
import { simulateScoringRun } from './scoring-run.ts';
import { ASSUMED, gpuRun, measuredWorker, SETTINGS } from './settings.ts';

const BENCH = `${repositoryRoot}.build/bench/results.json`;
const SMALL = { benchmark: 'Shards of 1 row scored', rows: 1 };
const LARGE = { benchmark: 'Shards of 10,000 rows scored', rows: 10_000 };

if (!existsSync(BENCH)) {
  console.error('Nothing was measured on this machine yet: run `make bench` first.');
  process.exit(2);
}
const report = JSON.parse(await readFile(BENCH, 'utf8')) as {
  machine: { cores: number };
  benchmarks: BenchmarkResult[];
};

/** The median rate of a contender. */
function rateOf(benchmark: string, contender: string): number {
  const found = report.benchmarks
    .find(({ name }) => name === benchmark)
    ?.contenders.find(({ name }) => name === contender);
  if (found) return found.medianRate;
  console.error(`${BENCH} has no "${contender}" of "${benchmark}": run \`make bench\` first.`);
  process.exit(2);
}

const oneWorker = measuredWorker(
  { rows: SMALL.rows, rate: rateOf(SMALL.benchmark, 'Kafka, 1 worker') },
  { rows: LARGE.rows, rate: rateOf(LARGE.benchmark, 'Kafka, 1 worker') },
);
const recordSeconds = 1 / rateOf('Events of 1 KB through outbox and inbox', 'Kafka and PostgreSQL');
const mergeSeconds = await measureMergeSeconds();

/** What the benchmark does: nothing to start, the object store on the machine, workers that share its cores. */
function benchRun(workers: number, rows: number, shards: number) {
  const share = Math.min(1, report.machine.cores / workers);
  return simulateScoringRun({
    ...gpuRun({ rows: rows * shards, workers, partitions: 64 }, { shardSeconds: 0, recordSeconds: 0, mergeSeconds: 0 }),
    shardRows: rows,
    worker: {
      rowsPerSecond: oneWorker.rowsPerSecond * share,
      shardSeconds: oneWorker.shardSeconds / share,
      shardsInHand: 2,
      bytesPerSecond: 1e9,
    },
    storeBytesPerSecond: 1e9,
    scaling: { maxWorkers: workers, pollSeconds: 1, shardsPerWorker: 1e-9, workersPerPoll: workers, startSeconds: 0 },
  });
}

/** As benchmarks.json says. */
const shardsOfBench = 4;
const checks = [1, 2, 4].map((workers) => {
  const measured = rateOf(LARGE.benchmark, workers === 1 ? 'Kafka, 1 worker' : `Kafka, ${workers} workers`);
  const predicted = shardsOfBench / benchRun(workers, LARGE.rows, shardsOfBench).scoringSeconds;
  return { workers, measured, predicted, ratio: predicted / measured };
});
const settings = SETTINGS.map((setting) => {
  const run = simulateScoringRun(
    gpuRun(setting, { shardSeconds: oneWorker.shardSeconds, recordSeconds, mergeSeconds }),
  );
  return { ...setting, ...run, gpuHours: run.workerSeconds / 3600 };
});

const print = (heading: string[], rows: string[][]): void => {
  const widths = heading.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  for (const row of [heading, ...rows]) console.log(`  ${row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')}`);
  console.log();
};
console.log(
  `Shards of ${LARGE.rows} rows a second on ${availableParallelism()} cores, simulated from one worker's rates:`,
);
print(
  ['workers', 'measured', 'simulated', 'simulated / measured'],
  checks.map((it) => [`${it.workers}`, it.measured.toFixed(2), it.predicted.toFixed(2), it.ratio.toFixed(2)]),
);
console.log(
  `Scoring a whole pool on GPUs of ${Math.round(ASSUMED.gpuRowsPerSecond).toLocaleString('en')} rows/s, ` +
    `object store ${ASSUMED.storeBytesPerSecond / 1e9} GB/s:`,
);
print(
  ['rows', 'GPUs', 'partitions', 'shards', 'minutes', 'GPU hours', 'busy', 'most of the time'],
  settings.map((it) => [
    it.rows.toLocaleString('en'),
    `${it.workers}`,
    `${it.partitions}`,
    `${it.shards}`,
    (it.seconds / 60).toFixed(1),
    it.gpuHours.toFixed(2),
    `${Math.round(100 * it.busy)} %`,
    it.limit,
  ]),
);
const result = {
  date: new Date().toISOString(),
  machine: report.machine,
  oneWorker,
  recordSeconds,
  mergeSeconds,
  assumed: ASSUMED,
  checks,
  settings,
};
await mkdir(`${repositoryRoot}.build/capacity`, { recursive: true });
await writeFile(`${repositoryRoot}.build/capacity/results.json`, `${JSON.stringify(result, null, 2)}\n`);
console.log('Written to .build/capacity/results.json.');
