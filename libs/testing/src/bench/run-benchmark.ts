import type { Benchmark } from './benchmark-file.ts';
import { ContenderProcess, type Latency } from './contender-process.ts';

/** How often each contender is measured; an odd number, so that the median is one of the measurements. */
export const ROUNDS = 7;

/** One contender's rates, in the benchmark's unit per second, a round each. */
export interface ContenderResult {
  name: string;
  version?: string;
  rates: number[];
  medianRate: number;
  /** The median over the rounds of (this contender's rate / the baseline's rate in the same round). */
  ratio: number;
  /** The medians over the rounds of what single pieces of the work took, where the contender says so. */
  latency?: Latency;
  /** Whether the ratio reaches the claim; absent for the baseline and where nothing is claimed. */
  claimMet?: boolean;
}

export interface BenchmarkResult {
  name: string;
  unit: string;
  baseline: string;
  claim?: { atLeast: number };
  contenders: ContenderResult[];
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/**
 * Measures the contenders in turn, round after round, so that whatever slows the machine down for a while slows all of them.
 * One round before those that count warms them up. Ratios are taken within a round, for the same reason.
 *
 * @param options.interpreters what stands for {node}, {python} and {keras} in commands
 * @param options.cwd the folder that contenders run in
 * @param options.env variables that all contenders are given
 * @param options.rounds how many rounds count
 * @param options.onRound told the number of rounds done, the warm-up included
 * @throws ContenderError if a contender fails; all processes are ended in any case
 */
export async function runBenchmark(
  benchmark: Benchmark,
  options: {
    interpreters: Readonly<Record<string, string>>;
    cwd: string;
    env?: Readonly<Record<string, string>>;
    rounds: number;
    onRound?: (done: number) => void;
  },
): Promise<BenchmarkResult> {
  const placed = (part: string): string =>
    part.replace(/\{(\w+)\}/g, (whole, name: string) => options.interpreters[name] ?? whole);
  const running = benchmark.contenders.map(({ name, command, env }) => ({
    name,
    process: new ContenderProcess(name, command.map(placed), { ...options.env, ...env }, options.cwd),
    rates: [] as number[],
    latencies: [] as Latency[],
    version: undefined as string | undefined,
  }));
  try {
    for (let round = 0; round <= options.rounds; round++) {
      for (const contender of running) {
        const { work, seconds, version, latency } = await contender.process.run();
        contender.version ??= version;
        if (round === 0) continue;
        contender.rates.push(work / seconds);
        if (latency) contender.latencies.push(latency);
      }
      options.onRound?.(round + 1);
    }
  } finally {
    await Promise.all(running.map((contender) => contender.process.stop()));
  }
  const baselineRates = running.find(({ name }) => name === benchmark.baseline)?.rates ?? [];
  const { name, unit, baseline, claim } = benchmark;
  return {
    name,
    unit,
    baseline,
    ...(claim && { claim }),
    contenders: running.map((contender) => {
      const ratio = median(contender.rates.map((rate, round) => rate / (baselineRates[round] ?? Number.NaN)));
      return {
        name: contender.name,
        ...(contender.version !== undefined && { version: contender.version }),
        rates: contender.rates,
        medianRate: median(contender.rates),
        ratio,
        ...(contender.latencies.length > 0 && {
          latency: {
            p50: median(contender.latencies.map(({ p50 }) => p50)),
            p95: median(contender.latencies.map(({ p95 }) => p95)),
            p99: median(contender.latencies.map(({ p99 }) => p99)),
          },
        }),
        ...(claim && contender.name !== baseline && { claimMet: ratio >= claim.atLeast }),
      };
    }),
  };
}
