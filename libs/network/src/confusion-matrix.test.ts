import fc from 'fast-check';
import { expect, test } from 'vitest';
import { confusionMatrix } from './confusion-matrix.ts';

const pairs = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 50 });

test('each row of the data is counted once, by truth and prediction', () => {
  fc.assert(
    fc.property(pairs, (rows) => {
      const [truth, predicted] = [Uint8Array.from(rows, ([t]) => t), Uint8Array.from(rows, ([, p]) => p)];
      const matrix = confusionMatrix(truth, predicted, 4);
      matrix.forEach((counts, t) =>
        counts.forEach((count, p) => expect(count).toBe(rows.filter((row) => row[0] === t && row[1] === p).length)),
      );
      expect(matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(rows.length);
    }),
  );
});

test('classes out of range and lists of different lengths are refused', () => {
  expect(() => confusionMatrix(Uint8Array.of(0, 1), Uint8Array.of(0), 2)).toThrow(/2 true classes, 1 predicted/);
  expect(() => confusionMatrix(Uint8Array.of(2), Uint8Array.of(0), 2)).toThrow(/row 0 has a class/);
  expect(() => confusionMatrix(Uint8Array.of(0), Uint8Array.of(2), 2)).toThrow(/row 0 has a class/);
});
