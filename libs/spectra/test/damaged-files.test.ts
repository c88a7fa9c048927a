import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extractFeatures, FitsError, loadSpectra, readFits, UnusableInput, writeFits } from '../src/index.ts';
import { BLOCK_BYTES } from '../src/fits/block.ts';
import { REAL_SPECTRA } from './real-spectra.ts';

const real = (path: string) => readFileSync(REAL_SPECTRA + path);
const plain = (path: string) => gunzipSync(real(path));

const FILES: Readonly<Record<string, Uint8Array>> = {
  ondrejov: real('ondrejov/gamma-cas-emission.fits'),
  'lamost dr1': real('lamost-dr1/spec-55959-GAC_094N27_V3_sp16-125.fits'),
  'lamost dr2': real('lamost-dr2/spec-55919-B5591903_sp01-001.fits'),
  'lamost dr10': plain('lamost-dr10/spec-59614-GAC084N35B4_sp05-052.fits.gz'),
  'indo-us': plain('indo-us/A0V__153808.fits.gz'),
  'gzipped lamost dr10': real('lamost-dr10/spec-59614-GAC084N35B4_sp05-052.fits.gz'),
  'table of every kind': writeFits([
    {
      kind: 'table',
      columns: [
        { name: 'text', format: '3A', data: ['a', 'b'] },
        { name: 'bits', format: '9X', data: Array.from({ length: 18 }, (_, i) => i % 2) },
        { name: 'arrays', format: 'PE', data: [[1, 2, 3], [4]] },
        { name: 'long', format: 'QK', data: [[1], [2, 3]] },
        { name: 'words', format: 'PA', data: ['word', 'words'] },
        { name: 'matrix', format: '4M', dimensions: [2, 2], data: new Float64Array(16) },
      ],
    },
  ]),
};

/** Reads all that there is to read. Answers with the typed errors it met, and throws any other. */
function readAll(bytes: Uint8Array): readonly (FitsError | UnusableInput)[] {
  const errors: (FitsError | UnusableInput)[] = [];
  try {
    for (const hdu of readFits(bytes, { maxBytes: 2 ** 24 }).hdus) {
      hdu.header.cards.forEach(({ keyword }) => hdu.header.get(keyword));
      if (hdu.kind === 'image') hdu.values();
      if (hdu.kind === 'table') {
        for (const column of hdu.columns) {
          if (column.format.element === undefined) column.values();
          else column.arrays();
        }
      }
    }
  } catch (error) {
    if (!(error instanceof FitsError)) throw error;
    errors.push(error);
  }
  try {
    const spectra = loadSpectra(bytes, { path: 'damaged.fits', maxBytes: 2 ** 24 });
    spectra.forEach((spectrum) => extractFeatures(spectrum));
  } catch (error) {
    if (!(error instanceof UnusableInput)) throw error;
    errors.push(error);
  }
  return errors;
}

describe.each(Object.entries(FILES))('%s', (_, bytes) => {
  test('cut by a block or more: a typed error', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - BLOCK_BYTES - 1), (length) => {
        expect(readAll(bytes.subarray(0, length))).not.toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('bytes changed anywhere, more often in the headers: a typed error or other values', () => {
    const position = fc.oneof(fc.nat(bytes.length - 1), fc.nat(Math.min(bytes.length, 2880 * 4) - 1));
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x20, 0x27, 0x2d, 0x2f, 0x30, 0x39, 0x3d, 0x45));
    fc.assert(
      fc.property(fc.array(fc.tuple(position, byte), { minLength: 1, maxLength: 8 }), (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        expect(readAll(damaged).every(({ message }) => message.length > 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

/** Values that a damaged or hostile header could hold where the layout is described. */
const HOSTILE = [
  '0',
  '-1',
  '1',
  '2',
  '3',
  '17',
  '1000',
  '2147483648',
  '9007199254740991',
  '1E300',
  '1.5',
  'T',
  "'x'",
  "'0A'",
  "'1PE(5)'",
  "'9007199254740991E'",
  "'(0,0)'",
  "'(3,999)'",
  '',
];

test('every card that describes the layout may say anything: a typed error or other values', () => {
  for (const bytes of Object.values(FILES)) {
    const text = Buffer.from(bytes).toString('latin1');
    const cards = [
      ...text.matchAll(
        /(BITPIX|NAXIS\d*|PCOUNT|GCOUNT|TFIELDS|THEAP|T(FORM|DIM|SCAL|NULL)\d+|CRVAL1|CD\S+|COEFF\d|TTYPE\d) *=/g,
      ),
    ];
    for (const { index, 0: keyword } of cards.filter((match) => match.index % 80 === 0)) {
      for (const value of HOSTILE) {
        const damaged = Buffer.from(bytes);
        damaged.write(`${keyword.slice(0, -1).padEnd(8)}= ${value}`.padEnd(80), index, 'latin1');
        expect(readAll(damaged).every(({ message }) => message.length > 0)).toBe(true);
      }
    }
  }
});

test('noise behind a FITS beginning: a typed error', () => {
  const start = Buffer.from('SIMPLE  =                    T'.padEnd(80));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9000 }), (noise) => {
      expect(readAll(Buffer.concat([start, noise]))).not.toEqual([]);
      expect(readAll(noise)).not.toEqual([]);
    }),
  );
});

test.each([
  ['an empty file', new Uint8Array(0), 'not-fits'],
  ['text', Buffer.from('<html>not found</html>'), 'not-fits'],
  ['the first half of a file', FILES['lamost dr1']!.subarray(0, 40_000), 'truncated'],
  ['half a header', FILES['lamost dr1']!.subarray(0, 2880), 'truncated'],
  ['half a gzipped file', FILES['gzipped lamost dr10']!.subarray(0, 9000), 'truncated'],
  [
    'a gzipped file with other bytes inside',
    FILES['gzipped lamost dr10']!.map((b, i) => (i === 5000 ? b ^ 255 : b)),
    'corrupt',
  ],
] as const)('%s is %s', (_, bytes, reason) => {
  expect(() => readFits(bytes)).toThrowError(expect.objectContaining({ name: 'FitsError', reason }));
  expect(() => loadSpectra(bytes, { path: 'folder/x.fits' })).toThrowError(
    expect.objectContaining({ name: 'UnusableInput', reason, message: expect.stringContaining('folder/x.fits') }),
  );
});
