import { describe, expect, test } from 'vitest';
import type { Card } from './card.ts';
import { readFits } from './read.ts';
import { writeFits } from './write.ts';
import type { FitsHduInput } from './write.ts';
import type { FitsColumnInput } from './write-table.ts';

test('the header of a file that was read can be given as it is', () => {
  const header: Card[] = [{ keyword: 'OBJECT', value: 'Vega', comment: 'the standard star' }];
  const first = writeFits([{ kind: 'image', header, bitpix: 16, axes: [2], data: [1, 2] }]);
  const read = readFits(first).hdus[0].header.cards;
  expect(writeFits([{ kind: 'image', header: read, bitpix: 16, axes: [2], data: [1, 2] }])).toEqual(first);
});

describe('what FITS cannot hold is refused', () => {
  const column = (fields: Partial<FitsColumnInput>): FitsHduInput => ({
    kind: 'table',
    columns: [{ name: 'flux', format: 'E', data: [1], ...fields }],
  });
  test.each<[string, FitsHduInput, string]>([
    ['pixels that do not fill the axes', { kind: 'image', bitpix: 8, axes: [2, 2], data: [1] }, '2 × 2'],
    ['a pixel out of range', { kind: 'image', bitpix: 8, axes: [1], data: [256] }, '256'],
    ['a pixel that is not whole', { kind: 'image', bitpix: 16, axes: [1], data: [1.5] }, '1.5'],
    [
      'scaling beside the offset of the signedness',
      { kind: 'image', header: [{ keyword: 'BZERO', value: 1 }], bitpix: 16, axes: [1], data: Uint16Array.of(1) },
      'BZERO',
    ],
    ['a format that is none', column({ format: '3Z' }), '3Z'],
    ['a row that is not full', column({ format: '2E', data: [1, 2, 3] }), '2 elements'],
    ['a string that is too long', column({ format: '2A', data: ['abc'] }), 'abc'],
    ['a string that is not ASCII', column({ format: '2A', data: ['č'] }), 'ASCII'],
    ['dimensions that do not fit', column({ format: '4E', dimensions: [3, 2], data: [1, 2, 3, 4] }), '3 × 2'],
    ['a column of no bytes', column({ format: '0E', data: [] }), 'no bytes'],
    ['scaling beside the offset of a column', column({ format: 'I', zero: 1, data: Uint16Array.of(1) }), 'TZERO'],
    [
      'signed and unsigned arrays together',
      column({ format: 'PI', data: [Int16Array.of(1), Uint16Array.of(1)] }),
      'mixed',
    ],
    ['an integer out of range', column({ format: 'J', data: [2 ** 31] }), '2147483648'],
  ])('%s', (_, hdu, message) => {
    expect(() => writeFits([hdu])).toThrowError(expect.objectContaining({ name: 'FitsError', reason: 'unwritable' }));
    expect(() => writeFits([hdu])).toThrowError(message);
  });

  test('columns of different length', () => {
    const columns = [
      { name: 'a', format: 'E', data: [1, 2] },
      { name: 'b', format: 'E', data: [1] },
    ];
    expect(() => writeFits([{ kind: 'table', columns }])).toThrowError('Column b has 1 rows, column a has 2');
  });
});

test('a signed byte column comes back signed', () => {
  const data = Int8Array.of(-128, 0, 127);
  const table = readFits(writeFits([{ kind: 'table', columns: [{ name: 'x', format: 'B', data }] }])).hdus[1]!;
  expect(table.kind === 'table' && table.column('x').values()).toEqual(data);
});
