import { expect, test } from 'vitest';
import { parametersOf, SKODA_2020_CNN } from './architecture.ts';
import { initialWeights } from './initial-weights.ts';

const weights = initialWeights(SKODA_2020_CNN, 3);
const parameters = parametersOf(SKODA_2020_CNN);

test('biases start at zero, as in Keras', () => {
  const biases = parameters.filter(({ name }) => name.endsWith('.bias'));
  expect(biases).toHaveLength(9);
  expect(biases.every(({ name }) => weights.get(name)!.values.every((value) => value === 0))).toBe(true);
});

test.each(parameters.filter(({ name }) => name.endsWith('.kernel')))(
  '$name starts uniform within Glorot’s limit, as in Keras',
  ({ name, fanIn, fanOut }) => {
    const { values } = weights.get(name)!;
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const variance = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(largest).toBeLessThanOrEqual(limit);
    expect(largest).toBeGreaterThan(0.97 * limit);
    // The variance of n uniform numbers strays by 0.9 / √n of it; five times that.
    expect(Math.abs(variance / (limit ** 2 / 3) - 1)).toBeLessThan(4.5 / Math.sqrt(values.length));
  },
);

test('the fans of a convolution are counted as Keras counts them', () => {
  expect(parameters[0]).toMatchObject({ name: 'convolution1.kernel', fanIn: 3 * 1, fanOut: 3 * 64 });
});

test('the seed decides', () => {
  expect(initialWeights(SKODA_2020_CNN, 3)).toEqual(weights);
  expect(initialWeights(SKODA_2020_CNN, 4)).not.toEqual(weights);
});
