import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFits, writeFits } from '../src/index.ts';
import type { Bitpix, Card, FitsColumnInput, FitsHduInput, FitsNumbers } from '../src/index.ts';
import { astropyDump, dumpFile } from './astropy-dump.ts';

const CARDS: readonly Card[] = [
  { keyword: 'OBJECT', value: "Barnard's star", comment: 'with a quote' },
  { keyword: 'WHOLE', value: 3, float: true, comment: 'a whole number in floating point' },
  { keyword: 'COUNT', value: -3 },
  { keyword: 'BIG', value: 2n ** 63n - 1n },
  { keyword: 'TINY', value: 5e-324 },
  { keyword: 'LARGE', value: -Number.MAX_VALUE, float: true },
  { keyword: 'NEGZERO', value: -0, float: true },
  { keyword: 'YES', value: true, comment: 'x'.repeat(47) },
  { keyword: 'COMPLEX', value: { real: 1, imaginary: -2.5e-20 } },
  { keyword: 'NOTHING', value: null, comment: 'undefined' },
  { keyword: 'EMPTY', value: '' },
  { keyword: 'EXACT', value: 'x'.repeat(68) },
  { keyword: 'LONG', value: "it's ".repeat(50).trimEnd(), comment: 'goes on in CONTINUE cards' },
  { keyword: 'ESO TEL AIRM', value: 1.25, comment: 'HIERARCH' },
  { keyword: 'ESO LONG STRING', value: 'word '.repeat(40).trimEnd() },
  { keyword: 'COMMENT', comment: 'c'.repeat(72) },
  { keyword: 'HISTORY', comment: 'written by the test' },
];

const PIXELS: readonly (readonly [Bitpix, FitsNumbers])[] = [
  [8, Uint8Array.of(0, 255)],
  [8, Int8Array.of(-128, 127)],
  [16, Int16Array.of(-32768, 32767)],
  [16, Uint16Array.of(0, 65535)],
  [32, Int32Array.of(-(2 ** 31), 2 ** 31 - 1)],
  [32, Uint32Array.of(0, 2 ** 32 - 1)],
  [64, BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n)],
  [64, BigUint64Array.of(0n, 2n ** 64n - 1n)],
  [-32, Float32Array.of(NaN, 1e38)],
  [-64, Float64Array.of(-Infinity, Math.PI)],
];

const COLUMNS: readonly FitsColumnInput[] = [
  { name: 'logical', format: 'L', data: [true, false, false] },
  { name: 'bits', format: '11X', data: Array.from({ length: 33 }, (_, i) => Number(i % 3 === 0)) },
  { name: 'byte', format: 'B', data: Uint8Array.of(0, 1, 255), unit: 'adu' },
  { name: 'short', format: '2I', data: Int16Array.of(-32768, -1, 0, 1, 2, 32767) },
  { name: 'ushort', format: 'I', data: Uint16Array.of(0, 32768, 65535) },
  { name: 'int', format: 'J', data: [-5, 0, 5], nullValue: -999 },
  { name: 'uint', format: 'J', data: Uint32Array.of(0, 1, 4294967295) },
  { name: 'long', format: 'K', data: BigInt64Array.of(-1n, 0n, 1n) },
  { name: 'ulong', format: 'K', data: BigUint64Array.of(0n, 1n, 2n ** 64n - 1n) },
  { name: 'text', format: '8A', data: ['', 'abc', "it's OK"] },
  { name: 'words', format: '6A', dimensions: [3, 2], data: ['a', 'bcd', '', 'ef', 'g', ''] },
  { name: 'float', format: 'E', data: [1.5, NaN, -0.1], unit: 'Angstrom' },
  { name: 'matrix', format: '4D', dimensions: [2, 2], data: Float64Array.from({ length: 12 }, (_, i) => i / 7) },
  { name: 'complex', format: 'C', data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'dcomplex', format: 'M', data: Float64Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'scaled', format: 'I', scale: 0.5, zero: 10, data: [1, 2, 3] },
  { name: 'arrays', format: '1PE', data: [[1, 2], [], [3]] },
  { name: 'shorts', format: 'PI', data: [Int16Array.of(1), Int16Array.of(), Int16Array.of(2, 3)] },
  { name: 'doubles', format: '1QD', data: [Float64Array.of(0.1), Float64Array.of(), Float64Array.of(0.2, 0.3)] },
];

const FILES: readonly (readonly FitsHduInput[])[] = [
  [],
  PIXELS.map(([bitpix, data]) => ({ kind: 'image', bitpix, axes: [1, 2], data })),
  [{ kind: 'image', header: CARDS, bitpix: -32, axes: [3, 2, 1], data: [1, 2, 3, 4, 5, 6] }],
  [{ kind: 'table', header: [{ keyword: 'EXTNAME', value: 'EVERY' }, ...CARDS], columns: COLUMNS }],
  [{ kind: 'table', columns: [{ name: 'flux', format: '3909E', data: new Float32Array(3909).fill(2) }] }],
  [{ kind: 'table', columns: [{ name: 'none', format: 'D', data: [] }] }],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spectrawl-fits-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('astropy reads what is written as we read it, warns of nothing and finds the checksums right', async () => {
  const paths = FILES.map((hdus, i) => {
    const path = join(folder, `${i}.fits`);
    writeFileSync(path, writeFits(hdus));
    return path;
  });
  const dumps = await astropyDump(paths, '--values', '--strict');
  expect(dumps).toHaveLength(FILES.length);
  FILES.forEach((hdus, i) => {
    const file = readFits(writeFits(hdus), { checksums: 'refuse' });
    expect(file.warnings).toEqual([]);
    expect(dumpFile(paths[i]!, file, dumps[i]!)).toEqual(dumps[i]);
  });
});

test('the written cards and columns are the given ones', () => {
  const [primary, table] = readFits(writeFits(FILES[3]!)).hdus;
  expect(primary.header.get('NAXIS')).toBe(0);
  if (table?.kind !== 'table') throw new Error('no table');
  const given = new Set(CARDS.map(({ keyword }) => keyword));
  expect(table.header.cards.filter(({ keyword }) => given.has(keyword))).toEqual(CARDS);
  expect(table.column('ULONG').values()).toEqual(BigUint64Array.of(0n, 1n, 2n ** 64n - 1n));
  expect(table.column('words').strings()).toEqual(['a', 'bcd', '', 'ef', 'g', '']);
  expect(table.column('arrays').arrays()).toEqual([Float32Array.of(1, 2), Float32Array.of(), Float32Array.of(3)]);
  expect(Array.from(table.column('scaled').numbers())).toEqual([10.5, 11, 11.5]);
  expect(table.column('float').unit).toBe('Angstrom');
});
