import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAULTS_FOLDER } from './fault-record.ts';
import { textTable } from './text-table.ts';

const MEASURED = join(FAULTS_FOLDER, 'memory');
const MEBIBYTE = 2 ** 20;

/** The most memory that a service had under a load, and under more of it. */
export interface MemoryResult {
  service: string;
  load: string;
  /** How much of it there was, first and then. */
  amounts: readonly [number, number];
  /** bytes that were resident at most, first and then */
  peaks: readonly [number, number];
}

/** Collects what one test file measures of the memory of services, for the table at the end of the tests. */
export class MemoryRecord {
  readonly #name: string;
  readonly #results: MemoryResult[] = [];

  /** @param name of the test file; one record a name */
  constructor(name: string) {
    this.#name = name;
  }

  async note(result: MemoryResult): Promise<void> {
    this.#results.push(result);
    await mkdir(MEASURED, { recursive: true });
    await writeFile(join(MEASURED, `${this.#name}.json`), JSON.stringify(this.#results, undefined, 2));
  }
}

/** Puts together what the tests have measured, as .build/faults/memory.json and as a table. */
export async function reportMemory(): Promise<string | undefined> {
  const names = (await readdir(MEASURED).catch(() => [] as string[])).sort();
  const files = await Promise.all(names.map((name) => readFile(join(MEASURED, name), 'utf8')));
  const results = files.flatMap((text) => JSON.parse(text) as MemoryResult[]);
  if (results.length === 0) return undefined;
  await writeFile(join(FAULTS_FOLDER, 'memory.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  const rows = results.map(({ service, load, amounts, peaks }) => [
    service,
    load,
    ...[0, 1].flatMap((i) => [String(amounts[i]), `${Math.round(peaks[i]! / MEBIBYTE)} MiB`]),
  ]);
  return textTable(['service', 'load', 'first', 'peak', 'then', 'peak'], rows, 2);
}
