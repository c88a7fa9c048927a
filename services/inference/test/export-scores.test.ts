import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScoredSky, type ScoredSky } from './scored-sky.ts';

let sky: ScoredSky;
beforeAll(async () => {
  sky = await openScoredSky();
});
afterAll(() => sky.close());

type Row = Record<string, string | number | boolean | null>;

it('is read by astropy and pyarrow: the same rows in every format, with units and UCDs', async () => {
  const first = sky.shards[0]!.find(({ ra }) => ra !== undefined)!;
  await sky.match(Buffer.from(`name,ra,dec\nα Ori é,${first.ra},${first.dec}`));
  const filter = { crossMatch: 'mine', emissionProbability: { least: 0.02 }, prefix: 'spec-0-00' };
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-exported-'));
  try {
    const paths: string[] = [];
    for (const format of ['votable', 'fits', 'csv', 'parquet']) {
      paths.push(join(folder, format));
      await writeFile(paths.at(-1)!, await sky.export(format, filter));
    }
    const read = JSON.parse(await python(new URL('./read_exported.py', import.meta.url), paths)) as {
      [format in 'votable' | 'fits' | 'csv' | 'parquet']: Row[];
    } & Record<'ucds' | 'units' | 'fitsUcds' | 'fitsUnits', string[]> & { frame: string };
    const expected = await sky.page({ filter, size: 1000 });
    expect(expected.total).toBeGreaterThan(100);
    const rows = expected.rows.map((row) => ({
      spectrum_id: row.id,
      designation: row.designation,
      ra: row.ra,
      dec: row.dec,
      snr: row.snr,
      class: row.class,
      emission_probability: row.emission,
      probability_absorption: row.probabilities[0],
      probability_single_peak: row.probabilities[1],
      probability_double_peak: row.probabilities[2],
      uncertainty: row.uncertainty,
      labelled: row.labelled,
      known_object: row.known?.name ?? null,
      separation: row.known?.separation ?? null,
    }));
    expect(read.parquet).toEqual(rows.slice(0, read.parquet.length));
    expect(read.parquet).toHaveLength(expected.total);
    for (const format of ['votable', 'fits', 'csv'] as const) {
      expect(read[format]).toHaveLength(expected.total);
      read[format].forEach((row, at) => {
        const { snr, emission_probability: emission, known_object: known, labelled, ...exact } = row;
        expect(exact).toMatchObject({ spectrum_id: rows[at]!.spectrum_id, ra: rows[at]!.ra, class: rows[at]!.class });
        expect(Math.fround(Number(snr))).toBe(Number(rows[at]!.snr));
        expect(Math.fround(Number(emission))).toBe(rows[at]!.emission_probability);
        expect(String(labelled).toLowerCase()).toBe(String(rows[at]!.labelled));
        // FITS holds no letters beyond ASCII.
        expect(known).toBe(format === 'fits' && rows[at]!.known_object !== null ? '? Ori e' : rows[at]!.known_object);
      });
    }
    const known = read.votable.findIndex((row) => row['known_object'] !== null);
    expect(known).toBeGreaterThanOrEqual(0);
    expect(read.fitsUcds).toEqual(read.ucds);
    expect(read.ucds.slice(0, 4)).toEqual([
      'meta.id;meta.main',
      'meta.id',
      'pos.eq.ra;meta.main',
      'pos.eq.dec;meta.main',
    ]);
    expect(read.units.slice(2, 4)).toEqual(['deg', 'deg']);
    expect(read.fitsUnits.slice(2, 4)).toEqual(['deg', 'deg']);
    expect(read.fitsUnits.at(-1)).toBe('arcsec');
    expect(read.frame).toBe('ICRS');
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('is refused in a format that nobody knows, and leaves nothing on the disk', async () => {
  await expect(sky.export('xls')).rejects.toMatchObject({ reason: 'UNKNOWN_FORMAT' });
  expect((await readdir(sky.scratch)).map((name) => name.replace(/-[^-]*$/, ''))).toEqual(['spectrawl-queries']);
});
