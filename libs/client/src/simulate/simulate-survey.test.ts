import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource, SpectraTable } from '@spectrawl/pool';
import { loadSpectra, simulateSpectrum, skyPopulation } from '@spectrawl/spectra';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLabelFile } from '../label-file.ts';
import { simulateSurvey, type SurveySimulation } from './simulate-survey.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-simulation-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Simulates into a folder of its own. @returns what lies there, the truth among it, by name */
async function made(name: string, simulation: Partial<SurveySimulation>): Promise<Map<string, Buffer>> {
  const output = join(folder, name);
  await simulateSurvey({
    instrument: 'lamost',
    seed: 5,
    count: 10,
    format: 'parquet',
    output,
    truth: join(output, 'truth.csv'),
    ...simulation,
  });
  const names = (await readdir(output)).sort();
  return new Map(await Promise.all(names.map(async (one) => [one, await readFile(join(output, one))] as const)));
}

describe('a simulated survey', () => {
  it('is the same in every byte, whatever the number of workers', async () => {
    const simulation = { format: 'fits', count: 300 } as const;
    const one = await made('one', { ...simulation, workers: 1 });
    const three = await made('three', { ...simulation, workers: 3 });
    expect([...one.keys()]).toHaveLength(301);
    expect(one).toEqual(three);
  });

  it('is the same whether made at once or in parts', async () => {
    const whole = await made('whole', { format: 'fits', count: 12 });
    const first = await made('parts', { format: 'fits', count: 5 });
    const second = await made('parts', { format: 'fits', first: 5, count: 7, force: true });
    const truth = `${first.get('truth.csv')}${second.get('truth.csv')}`;
    expect(truth.replace(/\nid,class,kind/, '')).toBe(`${whole.get('truth.csv')}`);
    whole.delete('truth.csv');
    second.delete('truth.csv');
    expect(second).toEqual(whole);
  });

  it.each(['lamost', 'ondrejov'] as const)('of %s as FITS is what the loaders read', async (instrument) => {
    const files = await made('fits', { instrument, format: 'fits', count: 3 });
    const truth = await readLabelFile(join(folder, 'fits', 'truth.csv'));
    for (let index = 0; index < 3; index++) {
      const { spectrum, truth: known } = simulateSpectrum({ survey: instrument, seed: 5, index });
      const [read] = loadSpectra(files.get(`${spectrum.id}.fits`)!, { path: `${spectrum.id}.fits` });
      expect(read?.id).toBe(spectrum.id);
      expect(read?.survey).toBe(instrument);
      expect(read?.flux).toHaveLength(spectrum.flux.length);
      expect(truth.get(spectrum.id)).toBe(known.shape);
    }
  });

  it('as Parquet is a table of the same spectra', async () => {
    const files = await made('parquet', { first: 2040, count: 20 });
    expect([...files.keys()]).toEqual(['lamost-0002040.parquet', 'lamost-0002048.parquet', 'truth.csv']);
    const table = await SpectraTable.open(bytesSource(files.get('lamost-0002048.parquet')!));
    expect(table.rows).toBe(12);
    const rows = await table.read(0, 12);
    const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: 5, index: 2050 });
    expect(rows.id[2]).toBe(spectrum.id);
    expect(rows.survey[2]).toBe('lamost');
    expect(rows.medium[2]).toBe('vacuum');
    expect(rows.ra[2]).toBe(spectrum.metadata.ra);
    expect(rows.wavelength[2]).toEqual(spectrum.wavelength);
    expect(rows.flux[2]).toEqual(new Float32Array(spectrum.flux));
  });

  it('shows the sky that it was told to show', async () => {
    const files = await made('emission', { population: skyPopulation(1), count: 40 });
    const kinds = String(files.get('truth.csv')).trim().split('\n').slice(1);
    expect(kinds.filter((row) => /absorption,(f|g|k)-star$/.test(row))).toEqual([]);
  });

  it('tells how far it is, up to the end', async () => {
    const told: number[] = [];
    await made('progress', { count: 100, format: 'fits', onProgress: (spectra) => told.push(spectra) });
    expect(told).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
  });

  it('may be empty', async () => {
    const files = await made('empty', { count: 0 });
    expect([...files]).toEqual([['truth.csv', Buffer.from('id,class,kind\n')]]);
  });

  it('can be interrupted, and leaves nothing unfinished', async () => {
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('enough'));
    await expect(made('interrupted', { count: 1e6, signal: abort.signal, onProgress })).rejects.toThrow('enough');
    expect(await readdir(join(folder, 'interrupted'))).toEqual([]);
  });

  it('does not replace a truth unasked, and ends with what a worker fails of', async () => {
    await made('twice', { count: 1 });
    await expect(made('twice', { count: 1 })).rejects.toThrow('--force');
    await mkdir(join(folder, 'blocked', 'lamost-0000000.parquet'), { recursive: true });
    await expect(made('blocked', { count: 1 })).rejects.toThrow('EISDIR');
    expect(await readdir(join(folder, 'blocked'))).toEqual(['lamost-0000000.parquet']);
  });
});
