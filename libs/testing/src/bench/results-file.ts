import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Machine } from './machine.ts';
import type { BenchmarkResult } from './run-benchmark.ts';

/** What is known of one benchmark: what was measured, or why nothing was. */
export type Outcome = { date: string; rounds: number } & (BenchmarkResult | { name: string; notRun: string });

/** The measurements of a machine: the last of each benchmark. */
export interface Report {
  machine: Machine;
  benchmarks: Outcome[];
}

/**
 * Keeps outcomes in a file as they come, so that a run that is broken off loses nothing. What is there of other machines, and of
 * benchmarks that are no more, goes with the first that is kept.
 *
 * @param path the file; its folder is made
 * @param machine on which the outcomes come about
 * @param names of all benchmarks, in the order of the file
 * @returns keeps one outcome in place of the one of the same name
 */
export async function openResults(
  path: string,
  machine: Machine,
  names: readonly string[],
): Promise<(outcome: Outcome) => Promise<void>> {
  const found = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Report) : undefined;
  const known = new Map<string, Outcome>();
  if (found && isDeepStrictEqual(found.machine, machine)) {
    for (const outcome of found.benchmarks) known.set(outcome.name, outcome);
  }
  return async (outcome) => {
    known.set(outcome.name, outcome);
    const report: Report = { machine, benchmarks: names.flatMap((name) => known.get(name) ?? []) };
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, `${JSON.stringify(report, null, 2)}\n`);
    await rename(`${path}.part`, path);
  };
}
