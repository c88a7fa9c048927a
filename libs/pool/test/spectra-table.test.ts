import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BytesSink, bytesSource, PoolError, SpectraTable, spectraTableWriter } from '../src/index.ts';
import { asPrinted, readByJudges } from './judges.ts';

const ROWS = 700;

/** Spectra of 0 to 12 pixels. */
const rows = Array.from({ length: ROWS }, (_, i) => ({
  id: `star-${String(i).padStart(4, '0')}`,
  wavelength: Float64Array.from({ length: (i * 7) % 13 }, (_, pixel) => 6500 + pixel + i / 1000),
  flux: Float32Array.from({ length: (i * 7) % 13 }, (_, pixel) => Math.sin(i) * (pixel + 1)),
}));

async function written(): Promise<Uint8Array> {
  const sink = new BytesSink();
  const writer = spectraTableWriter(sink);
  await writer.append({
    id: rows.map(({ id }) => id),
    survey: rows.map(() => 'lamost'),
    medium: rows.map((_, i) => (i % 2 ? 'air' : 'vacuum')),
    designation: rows.map((_, i) => (i % 3 ? null : `J${i}`)),
    obsid: rows.map((_, i) => 2n ** 62n + BigInt(i)),
    ra: rows.map((_, i) => i / 10),
    dec: rows.map(() => null),
    snr: rows.map((_, i) => i / 2),
    class: rows.map(() => 'STAR'),
    subclass: rows.map(() => null),
    mjd: rows.map((_, i) => 59_000.5 + i),
    wavelength: rows.map(({ wavelength }) => wavelength),
    flux: rows.map(({ flux }) => flux),
  });
  await writer.finish();
  return sink.bytes();
}

describe('a table of spectra', () => {
  it('is read by pyarrow and DuckDB as it was written', async () => {
    const { table } = await readByJudges({ table: await written() });
    for (const seen of [table.pyarrow, table.duckdb]) {
      expect(seen.rows['id']).toEqual(rows.map(({ id }) => id));
      expect(seen.rows['wavelength']).toEqual(rows.map(({ wavelength }) => asPrinted(wavelength)));
      expect(seen.rows['flux']).toEqual(rows.map(({ flux }) => asPrinted(flux)));
      expect(seen.rows['obsid']?.[699]).toBe(String(2n ** 62n + 699n));
    }
  });

  it('gives back its rows, whole numbers as their digits', async () => {
    const table = await SpectraTable.open(bytesSource(await written()));
    expect(table.rows).toBe(ROWS);
    const { id, wavelength, flux, obsid, designation, dec, medium, snr } = await table.read(510, 515);
    expect(id).toEqual(rows.slice(510, 515).map((row) => row.id));
    expect(wavelength).toEqual(rows.slice(510, 515).map((row) => row.wavelength));
    expect(flux).toEqual(rows.slice(510, 515).map((row) => row.flux));
    expect(obsid[4]).toBe(String(2n ** 62n + 514n));
    expect(designation).toEqual(['J510', null, null, 'J513', null]);
    expect([dec[0], medium[1], snr[1]]).toEqual([null, 'air', 255.5]);
  });

  it('is divided into parts of about the size wanted, none across row groups', async () => {
    const table = await SpectraTable.open(bytesSource(await written()));
    const parts = table.parts(4000);
    expect(parts[0]?.start).toBe(0);
    expect(parts.at(-1)?.end).toBe(ROWS);
    parts.forEach(({ start, end }, i) => {
      expect(end).toBeGreaterThan(start);
      expect(end).toBe(parts[i + 1]?.start ?? ROWS);
      expect(start < 512 && end > 512).toBe(false);
    });
    expect(parts.length).toBeGreaterThan(10);
    expect(table.parts(2 ** 30)).toEqual([
      { start: 0, end: 512 },
      { start: 512, end: ROWS },
    ]);
  });
});

describe('a table that pyarrow wrote, in one row group of many small pages', () => {
  let folder: string;
  const files = new Map<string, Uint8Array>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-table-'));
    const program = `
import json, sys
import pyarrow as pa, pyarrow.parquet as pq
rows = json.load(sys.stdin)
table = pa.Table.from_pylist(rows, schema=pa.schema([
    ("id", pa.int64()), ("flux", pa.list_(pa.float64())), ("wavelength", pa.large_list(pa.float64()))]))
for name, options in {
    "snappy": {"compression": "snappy", "use_dictionary": False},
    "dictionary": {"compression": "zstd"},
    "version2": {"data_page_version": "2.0", "use_dictionary": False},
    "indexed": {"write_page_index": True, "use_dictionary": False},
}.items():
    pq.write_table(table, f"{sys.argv[1]}/{name}.parquet", data_page_size=256, write_batch_size=16, **options)
`;
    const input = rows.map(({ wavelength, flux }, i) => ({
      id: i,
      wavelength: i === 9 ? null : Array.from(wavelength),
      flux: Array.from(flux, (value, pixel) => (i === 300 && pixel === 1 ? null : value)),
    }));
    await python(program, [folder], JSON.stringify(input));
    for (const name of ['snappy', 'dictionary', 'version2', 'indexed']) {
      files.set(name, await readFile(join(folder, `${name}.parquet`)));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['snappy', 'dictionary', 'version2', 'indexed'])('is read in any parts (%s)', async (name) => {
    const table = await SpectraTable.open(bytesSource(files.get(name)!));
    // Row 300 has a null among its values: parts end before it or begin after it.
    const upTo = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 300 }));
    const after = fc.tuple(fc.integer({ min: 301, max: ROWS }), fc.integer({ min: 301, max: ROWS }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(upTo, after), async ([a, b]) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const { id, wavelength, flux, survey } = await table.read(start, end);
        expect(id).toEqual(rows.slice(start, end).map((_, i) => String(start + i)));
        expect(wavelength).toEqual(rows.slice(start, end).map((row, i) => (start + i === 9 ? null : row.wavelength)));
        expect(flux).toEqual(rows.slice(start, end).map((row) => row.flux));
        expect(survey).toEqual(rows.slice(start, end).map(() => null));
      }),
      { numRuns: 60 },
    );
    await expect(table.read(290, 301)).rejects.toMatchObject({
      reason: 'null-value',
      message: expect.stringContaining('row 300'),
    });
  });

  it('is divided into few parts where each is read from the beginning', async () => {
    const indexed = await SpectraTable.open(bytesSource(files.get('indexed')!));
    const plain = await SpectraTable.open(bytesSource(files.get('snappy')!));
    expect(indexed.parts(1)).toHaveLength(ROWS);
    expect(plain.parts(1).length).toBeLessThanOrEqual(17);
  });
});

it('a table without flux is refused when it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-table-'));
  try {
    const path = join(folder, 'table.parquet');
    const program = `
import sys, pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"id": ["a"], "wavelength": [[1.0]]}), sys.argv[1])
`;
    await python(program, [path]);
    const table = await SpectraTable.open(bytesSource(await readFile(path)));
    const failure = await table.read(0, 1).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PoolError);
    expect(failure).toMatchObject({ reason: 'missing-column', message: expect.stringContaining('flux') });
  } finally {
    await rm(folder, { recursive: true });
  }
});
