import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BytesSink, spectraTableWriter } from '@spectrawl/pool';
import { extractFeatures, simulateSpectrum, type Spectrum } from '@spectrawl/spectra';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newFolder, remove, startIngestion, upload, type IngestionAtWork } from './ingestion-at-work.ts';

const spectra = Array.from(
  { length: 1500 },
  (_, index) => simulateSpectrum({ survey: 'lamost', seed: 5, index }).spectrum,
);

let folder: string;
let at: IngestionAtWork;
beforeAll(async () => {
  folder = await newFolder();
  at = await startIngestion(folder);
});
afterAll(async () => {
  await at.stop();
  await remove(folder);
});

async function tableOf(rows: readonly Spectrum[]): Promise<Uint8Array> {
  const sink = new BytesSink();
  const writer = spectraTableWriter(sink);
  await writer.append({
    id: rows.map(({ id }) => id),
    survey: rows.map(({ survey }) => survey),
    medium: rows.map(({ medium }) => medium),
    designation: rows.map(({ id }) => `star ${id}`),
    obsid: rows.map((_, i) => BigInt(i) + 2n ** 60n),
    ra: rows.map(({ metadata }) => metadata.ra),
    dec: rows.map(({ metadata }) => metadata.dec),
    snr: rows.map(({ metadata }) => metadata.snr),
    class: rows.map(() => 'STAR'),
    subclass: rows.map(() => null),
    mjd: rows.map((_, i) => 59_000 + i),
    wavelength: rows.map(({ wavelength }) => wavelength),
    flux: rows.map(({ flux }) => Float32Array.from(flux)),
  });
  await writer.finish();
  return sink.bytes();
}

/** A table written by pyarrow in one go, with the lists given as JSON. */
async function pyarrowTable(name: string, program: string, input: object): Promise<Uint8Array> {
  const path = join(folder, name);
  const script = `
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
rows = json.load(sys.stdin)
${program}
pq.write_table(table, sys.argv[1], **options)
`;
  await python(script, [path], JSON.stringify(input));
  return await readFile(path);
}

it('a table as the simulator writes it is stored row by row, with all that it says', async () => {
  const poolId = await at.newPool();
  const bytes = await tableOf(spectra);
  const { counts } = await upload(at, poolId, [{ path: 'sky.parquet', bytes }]);
  expect(counts).toEqual({ received: 1500, stored: 1500, quarantined: 0, duplicates: 0 });
  for (const index of [0, 511, 512, 1499]) {
    const { id, survey, medium, wavelength, flux } = spectra[index]!;
    const { spectrum } = await at.ingestion.getSpectrum({ poolId, spectrumId: id });
    expect(spectrum).toMatchObject({
      survey,
      medium,
      source: 'sky.parquet',
      wavelength: Array.from(wavelength),
      flux: Array.from(Float32Array.from(flux)),
      metadata: {
        designation: `star ${id}`,
        obsid: BigInt(index) + 2n ** 60n,
        surveyClass: 'STAR',
        mjd: 59_000 + index,
      },
    });
    expect(spectrum?.metadata?.surveySubclass).toBeUndefined();
    const expected = extractFeatures({ ...spectra[index]!, flux: Float64Array.from(Float32Array.from(flux)) });
    expect(spectrum?.features).toEqual(Array.from(expected));
  }
  const again = await upload(at, poolId, [{ path: 'sky.parquet', bytes }]);
  expect(again.counts).toEqual({ received: 1500, stored: 0, quarantined: 0, duplicates: 1500 });
  expect(await at.spooled()).toEqual([]);
});

it('a table that pyarrow wrote with three columns, numbers as ids and doubles as flux is taken', async () => {
  const poolId = await at.newPool();
  const few = spectra.slice(0, 40);
  const input = few.map(({ wavelength, flux }, i) => ({
    id: 7_000_000 + i,
    wavelength: Array.from(wavelength),
    flux: Array.from(flux),
  }));
  const program = 'table = pa.Table.from_pylist(rows)\noptions = {"row_group_size": 16}';
  const bytes = await pyarrowTable('plain.parquet', program, input);
  const { counts } = await upload(at, poolId, [{ path: 'plain.parquet', bytes }]);
  expect(counts).toEqual({ received: 40, stored: 40, quarantined: 0, duplicates: 0 });
  const { spectrum } = await at.ingestion.getSpectrum({ poolId, spectrumId: '7000039' });
  expect(spectrum).toMatchObject({
    survey: 'other',
    medium: 'vacuum',
    flux: Array.from(Float32Array.from(few[39]!.flux)),
  });
  const { pool } = await at.ingestion.getPool({ poolId });
  expect(pool?.surveys).toEqual(['other']);
});

it('each bad row of a table is quarantined by itself, with its number', async () => {
  const poolId = await at.newPool();
  const good = spectra.slice(0, 12).map(({ id, wavelength, flux }) => ({
    id: id as string | null,
    survey: 'lamost',
    medium: 'vacuum',
    wavelength: Array.from(wavelength) as (number | null)[] | null,
    flux: Array.from(flux) as (number | null)[] | null,
  }));
  const spoil = (row: number, change: Partial<(typeof good)[number]>) => Object.assign(good[row]!, change);
  spoil(1, { id: null });
  spoil(2, { wavelength: null });
  spoil(3, { flux: good[3]!.flux!.slice(1) });
  spoil(4, { flux: good[4]!.flux!.with(100, null) });
  spoil(5, { survey: 'gaia' });
  spoil(6, { medium: 'water' });
  spoil(7, { wavelength: good[7]!.wavelength!.toReversed() });
  spoil(8, { id: good[0]!.id });
  spoil(9, { ...good[0] });
  spoil(10, { flux: good[10]!.flux!.map(() => 1) });
  const bytes = await pyarrowTable('bad.parquet', 'table = pa.Table.from_pylist(rows)\noptions = {}', good);
  const { counts, quarantined } = await upload(at, poolId, [{ path: 'bad.parquet', bytes }]);
  expect(quarantined.map(({ source, reason }) => [source, reason])).toEqual([
    ['bad.parquet, row 1', 'bad-id'],
    ['bad.parquet, row 2', 'bad-wavelength'],
    ['bad.parquet, row 3', 'corrupt'],
    ['bad.parquet, row 4', 'null-value'],
    ['bad.parquet, row 5', 'unknown-format'],
    ['bad.parquet, row 6', 'bad-wavelength'],
    ['bad.parquet, row 7', 'bad-wavelength'],
    ['bad.parquet', 'id-taken'],
    ['bad.parquet, row 10', 'flat-flux'],
  ]);
  expect(counts).toEqual({ received: 12, stored: 2, quarantined: 9, duplicates: 1 });
});

it.each([
  ['lacks a column', 'missing-column', 'table = pa.table({"id": ["a"], "flux": [[1.0, 2.0]]})'],
  ['has words for wavelengths', 'column-type', 'table = pa.table({"id": ["a"], "flux": [[1.0]], "wavelength": ["x"]})'],
  [
    'has no rows',
    'no-flux',
    'table = pa.schema([("id", pa.string()), ("wavelength", pa.list_(pa.float64())), ("flux", pa.list_(pa.float32()))]).empty_table()',
  ],
])('a table that %s is one input, quarantined as %s', async (_, reason, program) => {
  const poolId = await at.newPool();
  const bytes = await pyarrowTable('wrong.parquet', `${program}\noptions = {}`, []);
  const { counts, quarantined } = await upload(at, poolId, [{ path: 'wrong.parquet', bytes }]);
  expect(quarantined).toMatchObject([{ source: 'wrong.parquet', reason }]);
  expect(counts).toEqual({ received: 1, stored: 0, quarantined: 1, duplicates: 0 });
});
