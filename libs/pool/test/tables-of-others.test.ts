import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TableFile, bytesSource, column, readTable } from '../src/index.ts';
import type { PoolError, TableSchema } from '../src/index.ts';

const { boolean, dense, float32, float64, float64List, int32, int64, optional, string } = column;

const SCHEMA = {
  id: string,
  note: optional(string),
  obsid: optional(int64),
  rank: int32,
  flag: boolean,
  ra: float64,
  snr: optional(float32),
  features: dense(5),
  flux: optional(float64List),
};

let folder: string;
let files: string[];
let expected: Record<keyof typeof SCHEMA, unknown[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-pool-'));
  const answer = await python(new URL('write_variants.py', import.meta.url), [folder]);
  const { files: names, rows } = JSON.parse(answer) as { files: string[]; rows: typeof expected };
  files = names;
  expected = { ...rows, obsid: rows.obsid.map((value) => value && BigInt(value as number)) };
});

afterAll(() => rm(folder, { recursive: true }));

const load = async (name: string) => bytesSource(await readFile(join(folder, `${name}.parquet`)));

/** Rows of the file, plain arrays all. */
function plain(data: Record<string, ArrayLike<unknown>>, rows: number): Record<string, unknown[]> {
  return Object.fromEntries(
    Object.entries(data).map(([name, values]) => [
      name,
      name === 'features'
        ? Array.from({ length: rows }, (_, row) => Array.from((values as Float32Array).slice(row * 5, row * 5 + 5)))
        : Array.from(values, (value) => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value)),
    ]),
  );
}

describe('a table that others wrote', () => {
  it('is read whatever the codec, the encoding, the page version and the list layout', async () => {
    expect(files.length).toBeGreaterThan(30);
    for (const name of files) {
      const data = await readTable(await load(name), SCHEMA);
      expect({ name, rows: plain(data, 2500) }).toEqual({ name, rows: expected });
    }
  });

  it('is read by rows: a range over row groups and pages, and single rows in any order', async () => {
    const pick = (rows: number[]) =>
      Object.fromEntries(Object.entries(expected).map(([name, values]) => [name, rows.map((row) => values[row])]));
    for (const name of files) {
      const file = await TableFile.open(await load(name));
      const range = plain(await file.read(SCHEMA, { rows: { start: 880, end: 1005 } }), 125);
      expect({ name, range }).toEqual({ name, range: pick(Array.from({ length: 125 }, (_, i) => 880 + i)) });
      const rows = [2499, 0, 1000, 999, 1000, 333];
      const single = plain(await file.read(SCHEMA, { rows }), 6);
      expect({ name, single }).toEqual({ name, single: pick(rows) });
    }
  });

  it('is searched by text and by number', async () => {
    for (const name of files) {
      const file = await TableFile.open(await load(name));
      const ids = ['spectrum 02499 α', 'spectrum 00000 α', 'spectrum 01000 α', 'none', ''];
      const byText = Object.fromEntries(await file.findRows('id', ids));
      const byNumber = Object.fromEntries(await file.findRows('obsid', [10 ** 10, 5, 2 * 10 ** 10]));
      expect({ name, byText, byNumber }).toEqual({
        name,
        byText: { 'spectrum 02499 α': 2499, 'spectrum 00000 α': 0, 'spectrum 01000 α': 1000 },
        byNumber: { [10 ** 10]: 1, [2 * 10 ** 10]: 2 },
      });
    }
  });

  it('tells its columns and the width of its lists', async () => {
    const file = await TableFile.open(await load('doubles'));
    expect(file.columns).toContainEqual({ name: 'features', type: 'float64 list', nullable: true });
    expect(file.columns).toContainEqual({ name: 'id', type: 'string', nullable: true });
    expect(await file.widthOf('features')).toBe(5);
  });

  it('is refused, by column, where it holds something else than is asked for', async () => {
    const source = await load('zstd v1 plain');
    const refusal = async (schema: TableSchema) =>
      readTable(source, schema).then(
        () => undefined,
        (error: PoolError) => [error.reason, error.message],
      );
    expect(await refusal({ nothing: string })).toEqual([
      'missing-column',
      'The Parquet file has no column nothing; its columns are id, note, obsid, rank, flag, ra, snr, features, flux.',
    ]);
    expect(await refusal({ id: float64 })).toEqual(['column-type', 'Column id must hold float64; it holds string.']);
    expect(await refusal({ ra: float32 })).toEqual(['column-type', 'Column ra must hold float32; it holds float64.']);
    expect(await refusal({ id: dense(5) })).toEqual([
      'column-type',
      'Column id must hold lists of float32 or float64; it holds string.',
    ]);
    expect(await refusal({ note: string })).toEqual([
      'null-value',
      'Column note, row 0: a null, where a value is required.',
    ]);
    expect(await refusal({ features: dense(4) })).toEqual([
      'ragged',
      'Column features, row 0: a list of more than 4 values where every row must have 4.',
    ]);
    expect(await refusal({ features: dense(6) })).toEqual([
      'ragged',
      'Column features, row 0: a list of 5 values where every row must have 6.',
    ]);
    expect(await refusal({ flux: dense(5) })).toEqual([
      'null-value',
      'Column flux, row 0: the list is null, where a value is required.',
    ]);
  });
});

describe('features of unequal length', () => {
  const broken = `
import json, sys, pyarrow, pyarrow.parquet as parquet
rows = [[1.0, 2.0, 3.0]] * 5000
for name, row, value in [("short", 4321, [1.0, 2.0]), ("long", 77, [1.0] * 4), ("empty", 4999, []), ("null", 0, None), ("hole", 2222, [1.0, None, 3.0])]:
    for dictionary in [True, False]:
        table = pyarrow.table({"features": pyarrow.array(rows[:row] + [value] + rows[row + 1:], pyarrow.list_(pyarrow.float32()))})
        parquet.write_table(table, f"{sys.argv[1]}/{name} {dictionary}.parquet", row_group_size=2000, use_dictionary=dictionary, data_page_size=4000)
`;

  it('are refused, naming the row', async () => {
    await python(broken, [folder]);
    const message = async (name: string) =>
      readTable(await load(name), { features: dense(3) }).then(
        () => undefined,
        (error: PoolError) => `${error.reason}: ${error.message}`,
      );
    for (const dictionary of ['True', 'False']) {
      expect(await message(`short ${dictionary}`)).toBe(
        'ragged: Column features, row 4321: a list of 2 values where every row must have 3.',
      );
      expect(await message(`long ${dictionary}`)).toBe(
        'ragged: Column features, row 77: a list of more than 3 values where every row must have 3.',
      );
      expect(await message(`empty ${dictionary}`)).toBe(
        'ragged: Column features, row 4999: a list of 0 values where every row must have 3.',
      );
      expect(await message(`null ${dictionary}`)).toBe(
        'null-value: Column features, row 0: the list is null, where a value is required.',
      );
      expect(await message(`hole ${dictionary}`)).toBe(
        'null-value: Column features, row 2222: value 1 of the list is null, where a value is required.',
      );
    }
  });
});
