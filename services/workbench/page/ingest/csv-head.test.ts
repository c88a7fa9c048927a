import { describe, expect, it } from 'vitest';
import { likelyColumns, readCsvHead } from './csv-head.ts';

describe('the head of a table', () => {
  it('is its columns and first rows', () => {
    expect(readCsvHead('\uFEFFid,class,source\r\na.fits,absorption,x\nb.fits,"a ""b"", c",y')).toEqual({
      columns: ['id', 'class', 'source'],
      rows: [
        ['a.fits', 'absorption', 'x'],
        ['b.fits', 'a "b", c', 'y'],
      ],
    });
  });

  it('holds no more than a few rows, and no empty ones', () => {
    expect(readCsvHead(`id,class\n\n${'a,b\n'.repeat(50)}`).rows).toHaveLength(5);
    expect(readCsvHead('')).toEqual({ columns: [], rows: [] });
  });
});

it.each([
  [['id', 'class', 'source'], { id: 'id', class: 'class' }],
  [['Obsid', 'Label'], { id: 'Obsid', class: 'Label' }],
  [['a', 'b'], { id: '', class: '' }],
])('of %j the likely ones are %j', (columns, likely) => {
  expect(likelyColumns(columns)).toEqual(likely);
});
