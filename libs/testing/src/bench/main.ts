// `make bench [ONLY=part of a name]`: runs the benchmarks of every package, prints a table each, and writes .build/bench/results.json.
import { mkdir, writeFile } from 'node:fs/promises';
import { repositoryRoot } from '../repository-root.ts';
import { BenchServers } from './bench-servers.ts';
import { findBenchmarks } from './benchmark-file.ts';
import { describeMachine } from './machine.ts';
import { ROUNDS, runBenchmark } from './run-benchmark.ts';
import type { BenchmarkResult } from './run-benchmark.ts';
import { formatResult } from './table.ts';

const only = (process.argv[2] ?? '').toLowerCase();
const benchmarks = findBenchmarks(repositoryRoot).filter(({ name }) => name.toLowerCase().includes(only));
if (benchmarks.length === 0) {
  const names = findBenchmarks(repositoryRoot).map(({ name }) => name);
  console.error(`No benchmark has "${only}" in its name. There are: ${names.join(', ') || 'none'}.`);
  process.exit(2);
}

const machine = describeMachine();
const interpreters = {
  node: process.execPath,
  python: `${repositoryRoot}.build/python/bin/python`,
  keras: `${repositoryRoot}.build/keras/bin/python`,
};
console.log(`${machine.processor}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}`);
console.log(`Contenders take turns, ${ROUNDS} rounds after one to warm up; medians, and ratios within a round.\n`);

await using servers = new BenchServers();
const results: (BenchmarkResult | { name: string; notRun: string })[] = [];
for (const benchmark of benchmarks) {
  if (benchmark.requires === 'bfloat16' && !machine.bfloat16) {
    const notRun = 'this processor has no bfloat16 arithmetic';
    results.push({ name: benchmark.name, notRun });
    console.log(`${benchmark.name}\n  not run: ${notRun}\n`);
    continue;
  }
  const result = await runBenchmark(benchmark, {
    interpreters,
    cwd: repositoryRoot,
    env: await servers.environment(benchmark.servers ?? []),
    rounds: ROUNDS,
    onRound: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${benchmark.name}: round ${done} of ${ROUNDS + 1}\u001b[K`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  results.push(result);
  console.log(`${formatResult(result)}\n`);
}

await mkdir(`${repositoryRoot}.build/bench`, { recursive: true });
const report = { date: new Date().toISOString(), machine, rounds: ROUNDS, benchmarks: results };
await writeFile(`${repositoryRoot}.build/bench/results.json`, `${JSON.stringify(report, null, 2)}\n`);
console.log('Written to .build/bench/results.json.');
if (results.some((it) => 'contenders' in it && it.contenders.some(({ claimMet }) => claimMet === false)))
  process.exitCode = 1;
