import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulatedFits, simulateSpectrum, skyPopulation, type SimulatedSurvey } from '@spectrawl/spectra';
import { repositoryRoot } from '@spectrawl/testing';

/** The same sky in each run. */
const SEED = 7;

/** Emission is rarer in the sky than a test can wait for. */
const EMISSION_SHARE = 0.1;

const REAL_SPECTRA = join(repositoryRoot, 'libs/testing/data/real-spectra');

/** Files of a survey, and the classes that their spectra are of, by id. */
export interface Survey {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly truth: ReadonlyMap<string, string>;
}

/** Simulated spectra as their survey would ship them. */
export function simulatedSurvey(survey: SimulatedSurvey, count: number): Survey {
  const files = new Map<string, Uint8Array>();
  const truth = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const request = { survey, seed: SEED, index };
    const { spectrum, truth: its } = simulateSpectrum(
      survey === 'lamost' ? { ...request, population: skyPopulation(EMISSION_SHARE) } : request,
    );
    files.set(`${spectrum.id}.fits`, simulatedFits(spectrum));
    truth.set(spectrum.id, its.shape);
  }
  return { files, truth };
}

/** Real spectra of the archives, of the given folders below libs/testing/data/real-spectra. */
export async function realSurvey(...folders: readonly string[]): Promise<Survey> {
  const files = new Map<string, Uint8Array>();
  for (const folder of folders) {
    for (const name of await readdir(join(REAL_SPECTRA, folder))) {
      files.set(name, await readFile(join(REAL_SPECTRA, folder, name)));
    }
  }
  const rows = (await readFile(join(REAL_SPECTRA, 'labels.csv'), 'utf8')).trim().split('\n').slice(1);
  const classes = new Map(rows.map((row) => row.split(',') as [string, string]));
  const ids = [...files.keys()].map((name) => name.replace(/\.fits(\.gz)?$/, ''));
  return { files, truth: new Map(ids.flatMap((id) => (classes.has(id) ? [[id, classes.get(id)!]] : []))) };
}

/** Several surveys as one. */
export function together(...surveys: readonly Survey[]): Survey {
  return {
    files: new Map(surveys.flatMap(({ files }) => [...files])),
    truth: new Map(surveys.flatMap(({ truth }) => [...truth])),
  };
}
