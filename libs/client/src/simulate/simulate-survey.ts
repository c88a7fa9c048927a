import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { stringify } from 'csv-stringify/sync';
import { refuseExisting, removeUnfinished, writeWhole } from '../files.ts';
import type { Portion, Simulation, TruthRow, WorkerMessage } from './simulation.ts';

/** Spectra of a table: a few MB. */
const TABLE_SPECTRA = 2048;
/** Spectra that a worker writes as FITS files before it asks for more. */
const FILES_SPECTRA = 256;

export interface SurveySimulation extends Simulation {
  /** Number of the first spectrum in the survey. Default: 0 */
  first?: number;
  count: number;
  /** CSV file with the columns id, class and kind; it is written last, and lies wherever the data do not. */
  truth: string;
  /** Replace a file of the truth that is there. */
  force?: boolean;
  /** Worker threads. Default: as many as there are processors */
  workers?: number;
  signal?: AbortSignal;
  /** Told how many spectra were made in all. */
  onProgress?: (spectra: number) => void;
}

/**
 * Simulates a survey on all processors. The same arguments write the same bytes, whatever the number of workers.
 * @throws {UsageError} where the truth's file exists and `force` is not given; the signal's reason when it aborts
 */
export async function simulateSurvey({
  first = 0,
  count,
  truth,
  force = false,
  workers = availableParallelism(),
  signal,
  onProgress,
  ...simulation
}: SurveySimulation): Promise<void> {
  signal?.throwIfAborted();
  if (!force) refuseExisting(truth);
  await mkdir(simulation.output, { recursive: true });
  const portions = cut(first, count, simulation.format === 'fits' ? FILES_SPECTRA : TABLE_SPECTRA);
  let rows: TruthRow[];
  try {
    rows = await new WorkerCrew(simulation, portions, onProgress).run(workers, signal);
  } catch (error) {
    await removeUnfinished(simulation.output);
    throw error;
  }
  await writeWhole(truth, [stringify(rows, { header: true, columns: ['id', 'class', 'kind'] })], { force });
}

/** Portions begin at multiples of their size, so that a survey made in parts is made of the same tables. */
function cut(first: number, count: number, size: number): Portion[] {
  const portions: Portion[] = [];
  for (let at = first; at < first + count;) {
    const end = Math.min(first + count, (Math.floor(at / size) + 1) * size);
    portions.push({ first: at, count: end - at });
    at = end;
  }
  return portions;
}

/** Worker threads that share the portions of one survey. */
class WorkerCrew {
  readonly #simulation: Simulation;
  readonly #portions: readonly Portion[];
  readonly #onProgress: ((spectra: number) => void) | undefined;
  readonly #truth = new Map<number, TruthRow[]>();
  #next = 0;
  #made = 0;

  constructor(simulation: Simulation, portions: readonly Portion[], onProgress?: (spectra: number) => void) {
    this.#simulation = simulation;
    this.#portions = portions;
    this.#onProgress = onProgress;
  }

  /** @returns the truth in the order of the spectra */
  async run(size: number, signal?: AbortSignal): Promise<TruthRow[]> {
    const workers = Array.from({ length: Math.min(size, this.#portions.length) }, () => this.#hire());
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([Promise.all(workers.map((worker) => this.#employ(worker))), aborted.promise]);
    } finally {
      signal?.removeEventListener('abort', abort);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
    return this.#portions.flatMap(({ first }) => this.#truth.get(first) ?? []);
  }

  #hire(): Worker {
    const extension = extname(import.meta.url);
    return new Worker(new URL(`./simulate-worker${extension}`, import.meta.url), {
      workerData: this.#simulation,
      execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
    });
  }

  /** Gives a worker portion after portion until none is left. */
  #employ(worker: Worker): Promise<void> {
    return new Promise((resolve, reject) => {
      const assign = (): void => {
        const portion = this.#portions[this.#next++];
        if (portion) worker.postMessage(portion);
        else resolve();
      };
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('a worker of the simulation ended before its work was done')));
      worker.on('message', (message: WorkerMessage) => {
        if ('done' in message) {
          this.#made += message.done;
          this.#onProgress?.(this.#made);
        } else {
          this.#truth.set(message.portion.first, message.truth);
          assign();
        }
      });
      assign();
    });
  }
}
