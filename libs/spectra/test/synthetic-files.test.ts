import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFits } from '../src/index.ts';
import type { FitsAsciiTable, FitsImage, FitsTable } from '../src/index.ts';
import { astropyDump, dumpedNumbers, dumpFile } from './astropy-dump.ts';
import type { DumpedArray, DumpedFile } from './astropy-dump.ts';

let folder: string;
const dumps = new Map<string, DumpedFile>();
const open = (name: string) => readFits(readFileSync(join(folder, name)), { checksums: 'refuse' });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spectrawl-fits-'));
  await python(new URL('make_synthetic_fits.py', import.meta.url), [folder]);
  const names = readdirSync(folder);
  const files = await astropyDump(
    names.map((name) => join(folder, name)),
    '--values',
  );
  files.forEach((file, i) => dumps.set(names[i]!, file));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('files that astropy wrote are read as astropy reads them', () => {
  test.each([
    ...[8, 16, 32, 64, -32, -64].map((bitpix) => `bitpix${bitpix}.fits`),
    ...['i1', 'u2', 'u4', 'u8'].map((type) => `unsigned-${type}.fits`),
    'axes.fits',
    'headers.fits',
    'free-format.fits',
    'tables.fits',
    'tables.fits.gz',
  ])('%s', (name) => {
    const dumped = dumps.get(name)!;
    expect(dumpFile(dumped.path, open(name), dumped)).toEqual(dumped);
  });
});

describe('scaled images', () => {
  test.each(['u1', 'i2', 'i4', 'i8'])('%s', (type) => {
    const [, scaled, blank] = open(`scaled-${type}.fits`).hdus as unknown as FitsImage[];
    expect(scaled!.stored()).toHaveLength(4);
    expect(scaled!.values()).toEqual(Float64Array.of(-3.5, -3.25, NaN, 21.5));
    expect(scaled!.values()).toEqual(dumpedNumbers(dumps.get(`scaled-${type}.fits`)!.hdus[1] as DumpedArray));
    expect(blank!.values()).toEqual(Float64Array.of(0, 1, NaN, 100));
    expect(blank!.values(1, 3)).toEqual(Float64Array.of(1, NaN));
  });
});

test('columns are scaled, and null integers are NaN where they are scaled or read as numbers', () => {
  const table = open('scaled-columns.fits').hdus[1] as FitsTable;
  expect(table.column('n').nullValue).toBe(-1);
  expect(table.column('N').values()).toEqual(Int32Array.of(5, -1, 7));
  expect(Array.from(table.column('N').numbers())).toEqual([5, NaN, 7]);
  expect(table.column('SI').values()).toEqual(Float64Array.of(12.5, NaN, 13.5));
  const columns = dumps.get('scaled-columns.fits')!.hdus[1]!.columns!;
  for (const [index, name] of [
    [2, 'SB'],
    [3, 'SE'],
  ] as const) {
    expect(table.column(name).numbers()).toEqual(dumpedNumbers(columns[index] as DumpedArray));
  }
  expect(table.column('SP').arrays()).toEqual([[10.5], [11, 11.5], []].map((numbers) => Float64Array.from(numbers)));
});

test('ASCII tables are read as astropy reads them', () => {
  const table = open('ascii.fits').hdus[1] as FitsAsciiTable;
  const columns = dumps.get('ascii.fits')!.hdus[1]!.columns!;
  expect(table.name).toBe('TEXT');
  expect(table.columns.map(({ name }) => name)).toEqual(columns.map(({ name }) => name));
  expect(table.columns[0]!.strings()).toEqual(['first', '', 'third']);
  expect(Array.from(table.columns[1]!.numbers())).toEqual([1, -20, 300]);
  for (const index of [2, 3, 4]) {
    expect(table.columns[index]!.numbers()).toEqual(dumpedNumbers(columns[index] as DumpedArray));
  }
  expect(table.columns[4]!.unit).toBe('s');
});
