import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readFits, writeFits } from '../src/index.ts';
import type { Card, FitsColumnInput, FitsHduInput, FitsNumbers } from '../src/index.ts';

const text = (maxLength: number) =>
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength }).map((codes) => String.fromCharCode(...codes).trimEnd());

const keyword = fc
  .stringMatching(/^[A-Z][A-Z0-9_-]{0,7}$/)
  .filter(
    (word) => !/^(COMMENT|HISTORY|CONTINUE|END|SIMPLE|BZERO|BSCALE|BLANK|NAXIS\d*|EXTEND|BITPIX|HIERARCH)$/.test(word),
  );
const hierarch = fc
  .array(fc.stringMatching(/^[A-Z]{2,9}$/), { minLength: 2, maxLength: 3 })
  .map((words) => words.join(' '));

const card: fc.Arbitrary<Card> = fc.oneof(
  fc.record({ keyword: fc.oneof(keyword, hierarch), value: text(200) }),
  fc.record({ keyword, value: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)) }),
  fc.record({ keyword, value: fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }) }),
  fc
    .record({ keyword, value: fc.double({ noNaN: true, noDefaultInfinity: true }) })
    .map((fields) => (Number.isInteger(fields.value) ? { ...fields, float: true } : fields)),
  fc.record({ keyword, value: fc.integer(), comment: text(40).map((words) => words.trim()) }).map(withoutEmptyComment),
);

function withoutEmptyComment(fields: { keyword: string; value: number; comment: string }): Card {
  return fields.comment === '' ? { keyword: fields.keyword, value: fields.value } : fields;
}

const numbers: fc.Arbitrary<{ code: string; bitpix: 8 | 16 | 32 | 64 | -32 | -64; data: FitsNumbers }> = fc.oneof(
  fc.uint8Array().map((data) => ({ code: 'B', bitpix: 8 as const, data })),
  fc.int8Array().map((data) => ({ code: 'B', bitpix: 8 as const, data })),
  fc.int16Array().map((data) => ({ code: 'I', bitpix: 16 as const, data })),
  fc.uint16Array().map((data) => ({ code: 'I', bitpix: 16 as const, data })),
  fc.int32Array().map((data) => ({ code: 'J', bitpix: 32 as const, data })),
  fc.uint32Array().map((data) => ({ code: 'J', bitpix: 32 as const, data })),
  fc.bigInt64Array().map((data) => ({ code: 'K', bitpix: 64 as const, data })),
  fc.bigUint64Array().map((data) => ({ code: 'K', bitpix: 64 as const, data })),
  fc.float32Array().map((data) => ({ code: 'E', bitpix: -32 as const, data })),
  fc.float64Array().map((data) => ({ code: 'D', bitpix: -64 as const, data })),
);

const readBack = (hdus: readonly FitsHduInput[]) => {
  const file = readFits(writeFits(hdus), { checksums: 'refuse' });
  expect(file.warnings).toEqual([]);
  return file.hdus;
};

test('images come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 3 }), (images) => {
      const hdus = readBack(
        images.map(({ bitpix, data }) => ({ kind: 'image', bitpix, axes: [data.length, 1], data })),
      );
      images.forEach(({ data }, i) => {
        const hdu = hdus[i]!;
        expect(hdu.kind === 'image' && hdu.values()).toEqual(data);
      });
    }),
  );
});

test('cards come back as they were written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(card, { selector: ({ keyword: word }) => word, maxLength: 40 }), (cards) => {
      const [hdu] = readBack([{ kind: 'image', header: cards, bitpix: 8, axes: [], data: [] }]);
      const wanted = new Set(cards.map(({ keyword: word }) => word));
      expect(hdu!.header.cards.filter(({ keyword: word }) => wanted.has(word))).toEqual(cards);
    }),
  );
});

test('tables come back as they were written', () => {
  const rows = 4;
  const fixed = numbers
    .filter(({ data }) => data.length >= rows)
    .map(({ code, data }) => {
      const repeat = Math.floor(data.length / rows);
      return { format: `${repeat}${code}`, data: data.subarray(0, repeat * rows) };
    });
  const strings = fc.array(text(12), { minLength: rows, maxLength: rows }).map((data) => ({ format: '12A', data }));
  const logicals = fc
    .array(fc.constantFrom(true, false, null), { minLength: rows, maxLength: rows })
    .map((data) => ({ format: 'L', data }));
  const bits = fc
    .array(fc.constantFrom(0, 1), { minLength: rows * 9, maxLength: rows * 9 })
    .map((data) => ({ format: '9X', data: Uint8Array.from(data) }));
  const arrays = fc
    .tuple(fc.constantFrom('P', 'Q'), fc.array(fc.float64Array(), { minLength: rows, maxLength: rows }))
    .map(([code, data]) => ({ format: `${code}D`, data }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fixed, strings, logicals, bits, arrays), { minLength: 1, maxLength: 6 }), (given) => {
      const columns: FitsColumnInput[] = given.map((column, i) => ({ name: `c${i}`, ...column }));
      const table = readBack([{ kind: 'table', columns }])[1];
      if (table?.kind !== 'table') throw new Error('no table');
      expect(table.rows).toBe(rows);
      for (const { name, format, data } of columns) {
        const column = table.column(name);
        expect(/[PQ]/.test(format) ? column.arrays() : column.values()).toEqual(data);
      }
    }),
  );
});
