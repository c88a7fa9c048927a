// `make bench [ONLY=part of a name]`: runs the benchmarks of every package, prints a table each, and keeps what was
// measured in .build/bench/results.json.
import { repositoryRoot } from '../repository-root.ts';
import { BenchServers } from './bench-servers.ts';
import { findBenchmarks } from './benchmark-file.ts';
import { describeMachine } from './machine.ts';
import { openResults } from './results-file.ts';
import { ROUNDS, runBenchmark } from './run-benchmark.ts';
import { formatResult } from './table.ts';

const only = (process.argv[2] ?? '').toLowerCase();
const all = findBenchmarks(repositoryRoot);
const names = all.map(({ name }) => name);
const benchmarks = all.filter(({ name }) => name.toLowerCase().includes(only));
if (benchmarks.length === 0) {
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
console.log('Contenders take turns, after one round that warms them up; medians, and ratios within a round.\n');

await using servers = new BenchServers();
const keep = await openResults(`${repositoryRoot}.build/bench/results.json`, machine, names);
for (const benchmark of benchmarks) {
  const rounds = benchmark.rounds ?? ROUNDS;
  if (benchmark.requires === 'bfloat16' && !machine.bfloat16) {
    const notRun = 'this processor has no bfloat16 arithmetic';
    await keep({ date: new Date().toISOString(), rounds: 0, name: benchmark.name, notRun });
    console.log(`${benchmark.name}\n  not run: ${notRun}\n`);
    continue;
  }
  const result = await runBenchmark(benchmark, {
    interpreters,
    cwd: repositoryRoot,
    env: await servers.environment(benchmark.servers ?? []),
    rounds,
    onRound: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${benchmark.name}: round ${done} of ${rounds + 1}\u001b[K`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  await keep({ date: new Date().toISOString(), rounds, ...result });
  console.log(`${formatResult(result)}\n`);
  if (result.contenders.some(({ claimMet }) => claimMet === false)) process.exitCode = 1;
}
console.log('Kept in .build/bench/results.json.');
