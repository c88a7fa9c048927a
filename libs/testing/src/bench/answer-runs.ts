import { createInterface } from 'node:readline';
import type { Latency } from './contender-process.ts';

/** What a contender prepares once and does again and again. */
export interface Contention {
  /** what did the work, for instance `kafkajs 2.2.4` */
  version?: string;
  /** Prepares what the next run works on; not measured. */
  prepare?(): Promise<unknown>;
  /** Does the work once. @returns how much was done, and how long single pieces of it took (milliseconds) */
  run(): Promise<number | { work: number; milliseconds: readonly number[] }>;
  /** Ends what the contender has started. */
  stop?(): Promise<unknown>;
}

/**
 * A contender's main program: does the work for each line `run` on standard input and answers with one line of JSON. When the
 * input ends, or on SIGTERM, it stops what it has started and ends the process.
 */
export async function answerRuns({ version, prepare, run, stop }: Contention): Promise<void> {
  let ending: Promise<unknown> | undefined;
  const end = async (): Promise<never> => {
    await (ending ??= stop?.() ?? Promise.resolve());
    process.exit();
  };
  process.once('SIGTERM', () => void end());
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') continue;
    await prepare?.();
    const start = performance.now();
    const done = await run();
    const seconds = (performance.now() - start) / 1000;
    const measured =
      typeof done === 'number' ? { work: done } : { work: done.work, latency: latencyOf(done.milliseconds) };
    // The only thing on standard output: what servers and services say when they start goes to standard error.
    process.stdout.write(`${JSON.stringify({ ...measured, seconds, version })}\n`);
  }
  await end();
}

/** The values that half, 95 % and 99 % of the pieces do not exceed. */
function latencyOf(milliseconds: readonly number[]): Latency {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}
