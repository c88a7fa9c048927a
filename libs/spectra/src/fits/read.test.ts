import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readFits } from './read.ts';
import { writeFits } from './write.ts';

const image = () =>
  writeFits([
    { kind: 'image', header: [{ keyword: 'OBJECT', value: 'Vega' }], bitpix: 16, axes: [3], data: [1, 2, 3] },
    { kind: 'image', header: [{ keyword: 'EXTNAME', value: 'ERRORS' }], bitpix: -32, axes: [3], data: [1, 2, 3] },
  ]);
const DATA_OF_PRIMARY = 2880;

/** A file of given cards and data, without checksums. */
function handmade(cards: readonly string[], data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const header = [...cards, 'END'].map((card) => card.padEnd(80)).join('');
  return Buffer.concat([Buffer.from(header.padEnd(Math.ceil(header.length / 2880) * 2880)), data]);
}

const refusal = (reason: string, where: object = {}) =>
  expect.objectContaining({ name: 'FitsError', reason, ...where });

test('gzipped bytes are read as plain ones', () => {
  const { hdus } = readFits(gzipSync(image()));
  expect(hdus.map(({ name }) => name)).toEqual(['', 'ERRORS']);
  expect(hdus[0].header.string('OBJECT')).toBe('Vega');
});

describe('checksums', () => {
  test('changed data: both sums are wrong', () => {
    const bytes = image();
    bytes[DATA_OF_PRIMARY]! ^= 1;
    expect(readFits(bytes).warnings).toMatchObject([
      { kind: 'datasum-mismatch', hdu: 0 },
      { kind: 'checksum-mismatch', hdu: 0 },
    ]);
    expect(readFits(bytes, { checksums: 'ignore' }).warnings).toEqual([]);
    expect(() => readFits(bytes, { checksums: 'refuse' })).toThrowError(refusal('corrupt', { hdu: 0 }));
  });

  test('a changed header: only the sum over the whole HDU is wrong', () => {
    const bytes = Buffer.from(image());
    bytes.write('Mira', bytes.indexOf('Vega'));
    expect(readFits(bytes).warnings).toMatchObject([{ kind: 'checksum-mismatch', hdu: 0 }]);
  });
});

test('a last HDU without padding is read, with a warning', () => {
  const bytes = image();
  const file = readFits(bytes.subarray(0, bytes.length - 2000));
  expect(file.warnings).toMatchObject([{ kind: 'missing-padding', hdu: 1 }]);
  expect(file.hdus[1]).toMatchObject({ kind: 'image', axes: [3] });
});

test('bytes behind the last HDU are told of', () => {
  const file = readFits(Buffer.concat([image(), Buffer.from('more')]));
  expect(file.hdus).toHaveLength(2);
  expect(file.warnings).toMatchObject([{ kind: 'trailing-bytes', hdu: 1 }]);
});

test('a file above the limit is refused, also one that grows by gunzip', () => {
  const bytes = image();
  expect(() => readFits(bytes, { maxBytes: bytes.length - 1 })).toThrowError(refusal('too-large'));
  expect(() => readFits(gzipSync(bytes), { maxBytes: bytes.length - 1 })).toThrowError(refusal('too-large'));
  expect(readFits(gzipSync(bytes), { maxBytes: bytes.length }).hdus).toHaveLength(2);
});

test('errors tell HDU, card and offset', () => {
  const bytes = handmade([
    'SIMPLE  =                    T',
    'BITPIX  =                   17',
    'NAXIS   =                    0',
  ]);
  expect(() => readFits(bytes)).toThrowError(refusal('corrupt', { hdu: 0, card: 'BITPIX', offset: 80 }));
  expect(() => readFits(bytes)).toThrowError('(HDU 0, card BITPIX, byte 80)');
});

test.each([
  ['a negative axis', ['BITPIX  = 8', 'NAXIS   = 1', 'NAXIS1  = -1']],
  ['an axis that is no whole number', ['BITPIX  = 8', 'NAXIS   = 1', 'NAXIS1  = 1.5']],
  ['an axis that is missing', ['BITPIX  = 8', 'NAXIS   = 2', 'NAXIS1  = 1']],
  ['too many axes', ['BITPIX  = 8', 'NAXIS   = 1000']],
  [
    'more data than there is on Earth',
    ['BITPIX  = 64', 'NAXIS   = 2', 'NAXIS1  = 9007199254740991', 'NAXIS2  = 9007199254740991'],
  ],
])('%s is corrupt', (_, cards) => {
  expect(() => readFits(handmade(['SIMPLE  = T', ...cards]))).toThrowError(refusal('corrupt', { hdu: 0 }));
});

test('random groups and unknown extensions are kept as they are', () => {
  const groups = handmade(
    [
      'SIMPLE  = T',
      'BITPIX  = 16',
      'NAXIS   = 2',
      'NAXIS1  = 0',
      'NAXIS2  = 3',
      'GROUPS  = T',
      'PCOUNT  = 2',
      'GCOUNT  = 4',
    ],
    new Uint8Array(2880),
  );
  expect(readFits(groups).hdus[0]).toMatchObject({ kind: 'other', data: { length: 2 * 4 * (2 + 3) } });
  const unknown = Buffer.concat([
    handmade(['SIMPLE  = T', 'BITPIX  = 8', 'NAXIS   = 0']),
    handmade(
      ["XTENSION= 'FOREIGN '", 'BITPIX  = 8', 'NAXIS   = 1', 'NAXIS1  = 5', 'PCOUNT  = 0', 'GCOUNT  = 1'],
      new Uint8Array(2880),
    ),
  ]);
  expect(readFits(unknown).hdus[1]).toMatchObject({ kind: 'other', index: 1, data: { length: 5 } });
});

describe('tables', () => {
  const table = (cards: readonly string[], data: Uint8Array = new Uint8Array(0)) =>
    Buffer.concat([
      handmade(['SIMPLE  = T', 'BITPIX  = 8', 'NAXIS   = 0']),
      handmade(["XTENSION= 'BINTABLE'", 'BITPIX  = 8', 'NAXIS   = 2', ...cards], data),
    ]);

  test.each([
    ['a TFORM that is none', ['NAXIS1  = 4', 'NAXIS2  = 0', 'TFIELDS = 1', "TFORM1  = 'Z'"]],
    ['a TFORM that is missing', ['NAXIS1  = 4', 'NAXIS2  = 0', 'TFIELDS = 1']],
    ['columns that do not fill the row', ['NAXIS1  = 5', 'NAXIS2  = 0', 'TFIELDS = 1', "TFORM1  = 'E'"]],
    ['rows without bytes', ['NAXIS1  = 0', 'NAXIS2  = 9007199254740991', 'TFIELDS = 1', "TFORM1  = '0A'"]],
    ['a heap inside the rows', ['NAXIS1  = 4', 'NAXIS2  = 1', 'TFIELDS = 1', "TFORM1  = 'E'", 'THEAP   = 2']],
    ['too many columns', ['NAXIS1  = 0', 'NAXIS2  = 0', 'TFIELDS = 1000']],
  ])('%s is corrupt', (_, cards) => {
    expect(() => readFits(table(cards, new Uint8Array(2880)))).toThrowError(refusal('corrupt', { hdu: 1 }));
  });

  test('an array that leaves the heap is corrupt, and names column and row', () => {
    const data = new Uint8Array(2880);
    new DataView(data.buffer).setInt32(0, 100);
    const cards = ['NAXIS1  = 8', 'NAXIS2  = 1', 'TFIELDS = 1', "TFORM1  = 'PE'", "TTYPE1  = 'flux'", 'PCOUNT  = 8'];
    const hdu = readFits(table(cards, data)).hdus[1]!;
    expect(() => hdu.kind === 'table' && hdu.column('flux').arrays()).toThrowError(refusal('corrupt', { hdu: 1 }));
    expect(() => hdu.kind === 'table' && hdu.column('flux').arrays()).toThrowError('Column flux, row 0');
  });

  test('what a column does not hold is not found, and the message says what there is', () => {
    const bytes = writeFits([
      {
        kind: 'table',
        columns: [
          { name: 'name', format: '3A', data: ['abc'] },
          { name: 'flux', format: 'PE', data: [[1, 2]] },
          { name: 'flags', format: '8X', data: [0, 0, 0, 0, 0, 0, 0, 1] },
        ],
      },
    ]);
    const hdu = readFits(bytes).hdus[1]!;
    if (hdu.kind !== 'table') throw new Error('no table');
    expect(() => hdu.column('ivar')).toThrowError('no column ivar, only: name, flux, flags');
    expect(() => hdu.column('name').numbers()).toThrowError(refusal('not-found'));
    expect(() => hdu.column('flags').numbers()).toThrowError(refusal('not-found'));
    expect(() => hdu.column('flags').strings()).toThrowError(refusal('not-found'));
    expect(() => hdu.column('flux').values()).toThrowError(refusal('not-found'));
    expect(() => hdu.column('name').arrays()).toThrowError(refusal('not-found'));
  });
});
