import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { textTable } from './text-table.ts';

/** Where the tests of faults leave what they have measured; emptied when a run of tests begins. */
export const FAULTS_FOLDER = join(repositoryRoot, '.build/faults');
const MEASURED = join(FAULTS_FOLDER, 'measured');

/** A fault, where it struck and when. */
export interface Fault {
  fault: string;
  where: string;
  when: string;
}

/** What came of one kind of fault. */
export interface FaultResult extends Fault {
  /** How often it was injected. */
  times: number;
  /** Longest time from the injection to the first progress after it, in seconds. */
  recovered: number;
  /** Inputs, shards, labels and events that are missing, by the counts taken after the last of them. */
  lost: number;
  /** Those that had their effect more than once. */
  duplicated: number;
}

/** Collects the faults of one test file, as they are injected, for the table at the end of the tests. */
export class FaultRecord {
  readonly #name: string;
  readonly #settled: FaultResult[] = [];
  #open: FaultResult[] = [];

  /** @param name of the test file; one record a name */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * Injects a fault and waits until work goes on.
   * @param inject does it, as often as it answers; nothing for once
   * @param recovered resolves with the first progress after it
   */
  async inject(fault: Fault, inject: () => Promise<number | void>, recovered: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    const times = (await inject()) ?? 1;
    await recovered();
    this.#open.push({ ...fault, times, recovered: (performance.now() - started) / 1000, lost: 0, duplicated: 0 });
  }

  /** The faults whose counts were taken. */
  get settled(): readonly FaultResult[] {
    return this.#settled;
  }

  /** Notes what was counted after the faults that were injected since the last time. */
  async settle({ lost, duplicated }: { lost: number; duplicated: number }): Promise<void> {
    this.#settled.push(...this.#open.map((result) => ({ ...result, lost, duplicated })));
    this.#open = [];
    await mkdir(MEASURED, { recursive: true });
    await writeFile(join(MEASURED, `${this.#name}.json`), JSON.stringify(this.#settled, undefined, 2));
  }
}

/** Forgets what earlier tests have measured. */
export async function forgetFaults(): Promise<void> {
  await rm(FAULTS_FOLDER, { recursive: true, force: true });
}

/** Puts together what the tests have measured, as .build/faults/results.json and as a table. */
export async function reportFaults(): Promise<string | undefined> {
  const names = (await readdir(MEASURED).catch(() => [] as string[])).sort();
  const files = await Promise.all(names.map((name) => readFile(join(MEASURED, name), 'utf8')));
  const results = together(files.flatMap((text) => JSON.parse(text) as FaultResult[]));
  if (results.length === 0) return undefined;
  await writeFile(join(FAULTS_FOLDER, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  return faultTable(results);
}

/** One result for each fault, place and moment. */
function together(results: readonly FaultResult[]): FaultResult[] {
  const groups = Map.groupBy(results, ({ fault, where, when }) => [fault, where, when].join('\n'));
  return [...groups.values()].map((group) => ({
    ...group[0]!,
    times: group.reduce((sum, { times }) => sum + times, 0),
    recovered: Math.max(...group.map(({ recovered }) => recovered)),
    lost: Math.max(...group.map(({ lost }) => lost)),
    duplicated: Math.max(...group.map(({ duplicated }) => duplicated)),
  }));
}

/** A table of faults for people. */
export function faultTable(results: readonly FaultResult[]): string {
  const header = ['fault', 'where', 'when', 'times', 'goes on after', 'lost', 'duplicated'];
  const rows = results.map(({ fault, where, when, times, recovered, lost, duplicated }) => [
    fault,
    where,
    when,
    String(times),
    `${recovered.toFixed(1)} s`,
    String(lost),
    String(duplicated),
  ]);
  return textTable(header, rows, 3);
}
