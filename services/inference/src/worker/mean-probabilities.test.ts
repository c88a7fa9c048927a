import fc from 'fast-check';
import { expect, it } from 'vitest';
import { meanOf } from './mean-probabilities.ts';

const probabilities = fc.float({ min: 0, max: 1, noNaN: true });
const ofModels = fc
  .integer({ min: 1, max: 20 })
  .chain((length) =>
    fc.array(fc.array(probabilities, { minLength: length, maxLength: length }), { minLength: 1, maxLength: 5 }),
  )
  .map((rows) => rows.map((row) => Float32Array.from(row)));

it('the mean lies between the models, and that of one model is its own', () => {
  fc.assert(
    fc.property(ofModels, (models) => {
      const mean = meanOf(models);
      for (const [at, value] of mean.entries()) {
        const values = models.map((model) => model[at]!);
        expect(value).toBeGreaterThanOrEqual(Math.fround(Math.min(...values)));
        expect(value).toBeLessThanOrEqual(Math.fround(Math.max(...values)));
      }
      expect(meanOf(models.slice(0, 1))).toEqual(models[0]);
    }),
  );
});

it('the mean is the sum over the number', () => {
  expect(meanOf([Float32Array.of(1, 0), Float32Array.of(0.5, 0.5), Float32Array.of(0, 1)])).toEqual(
    Float32Array.of(0.5, 0.5),
  );
});

it('the mean of nothing is refused', () => {
  expect(() => meanOf([])).toThrow('the mean of no model is not defined');
});
