import { expect, it } from 'vitest';
import { readConfusion } from './confusion.ts';

const classes = ['absorption', 'single-peak', 'double-peak'];

it('reads a confusion matrix row by row', () => {
  expect(readConfusion(classes, [90, 10, 0, 5, 45, 0, 0, 0, 0])).toEqual({
    total: 150,
    accuracy: 0.9,
    classes: [
      { name: 'absorption', spectra: 100, predicted: [90, 10, 0], completeness: 0.9, purity: 90 / 95 },
      { name: 'single-peak', spectra: 50, predicted: [5, 45, 0], completeness: 0.9, purity: 45 / 55 },
      { name: 'double-peak', spectra: 0, predicted: [0, 0, 0] },
    ],
  });
});

it('knows none where the model has none', () => {
  expect(readConfusion(classes, [])).toBeUndefined();
  expect(readConfusion([], [])).toBeUndefined();
  expect(readConfusion(classes, [0, 0, 0, 0, 0, 0, 0, 0, 0])).toMatchObject({ total: 0 });
});
