import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spectrumId } from '@spectrawl/spectra';
import { readLabelFile } from '../label-file.ts';

import { simulateSurvey } from '../simulate/simulate-survey.ts';
import { listFiles } from '../upload.ts';

/** How large the demo's sky is. */
export interface DemoSize {
  /** Simulated spectra of the searched pool. */
  spectra: number;
  /** Simulated labelled spectra of the seed pool. */
  seedSpectra: number;
  /** Of either, spectra written as FITS as the surveys ship it; the rest comes as Parquet tables, which is quicker. */
  fits: number;
  seed: number;
}

/** The demo's input: folders to ingest, and what is known of their spectra. */
export interface DemoSurvey {
  /** Of each pool. */
  folders: { seed: string[]; pool: string[] };
  /** Class of each spectrum, by id. Kept apart: only the simulated annotator and the report look at the pool's. */
  truth: { seed: Map<string, string>; pool: Map<string, string> };
  /** Labelled real spectra of the pool. */
  real: ReadonlySet<string>;
}

/** Folders of the bundled real spectra; the first one is the seed instrument's. */
const REAL_SEED = ['ondrejov'];
const REAL_POOL = ['lamost-dr1', 'lamost-dr1-plates', 'lamost-dr2', 'lamost-dr10', 'sdss', 'indo-us'];

/** What the two simulated surveys are. */
const PARTS = [
  { pool: 'seed', instrument: 'ondrejov' },
  { pool: 'pool', instrument: 'lamost' },
] as const;

/**
 * Simulates the demo's two surveys into `directory`, unless they lie there already, and adds the bundled real spectra.
 * @param realSpectra folder of the bundled real spectra with their labels.csv
 * @param say told what is being done
 */
export async function prepareDemoSurvey(
  directory: string,
  realSpectra: string,
  size: DemoSize,
  say: (text: string) => void,
): Promise<DemoSurvey> {
  const labels = await readLabelFile(join(realSpectra, 'labels.csv'));
  const folders = { seed: REAL_SEED.map(inside(realSpectra)), pool: REAL_POOL.map(inside(realSpectra)) };
  const seedIds = new Set((await listFiles(folders.seed)).map(({ path }) => spectrumId(path)));
  const isSeed = ([id]: [string, string]): boolean => seedIds.has(id);
  const truth = {
    seed: new Map([...labels].filter(isSeed)),
    pool: new Map([...labels].filter((label) => !isSeed(label))),
  };
  const real = new Set(truth.pool.keys());
  for (const { pool, instrument } of PARTS) {
    const count = pool === 'seed' ? size.seedSpectra : size.spectra;
    const folder = join(directory, `${instrument}-${size.seed}-${count}`);
    if (!existsSync(folder)) {
      say(`simulating ${count} ${instrument}-like spectra`);
      await simulateInto(folder, instrument, count, size);
    }
    folders[pool].push(join(folder, 'fits'), join(folder, 'parquet'));
    for (const format of ['fits', 'parquet']) {
      for (const [id, name] of await readLabelFile(join(folder, `truth-${format}.csv`))) truth[pool].set(id, name);
    }
  }
  return { folders, truth, real };
}

/** A folder appears complete or not at all. */
async function simulateInto(
  folder: string,
  instrument: 'ondrejov' | 'lamost',
  count: number,
  { fits, seed }: DemoSize,
): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const asFits = Math.min(fits, count);
  for (const [format, first, part] of [
    ['fits', 0, asFits],
    ['parquet', asFits, count - asFits],
  ] as const) {
    await simulateSurvey({
      instrument,
      seed,
      first,
      count: part,
      format,
      output: join(unfinished, format),
      truth: join(unfinished, `truth-${format}.csv`),
    });
  }
  await writeFile(
    join(unfinished, 'README'),
    `Simulated by Spectrawl: ${instrument}, seed ${seed}, ${count} spectra.\n`,
  );
  await rename(unfinished, folder);
}

function inside(folder: string): (name: string) => string {
  return (name) => join(folder, name);
}
