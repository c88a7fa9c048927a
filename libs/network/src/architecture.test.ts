import { expect, test } from 'vitest';
import { classCountOf, parameterCount, parametersOf, skoda2020Network, SKODA_2020_CNN } from './architecture.ts';
import type { Architecture, Layer } from './architecture.ts';

test('the network of the paper: its tensors, 2,481,731 parameters', () => {
  expect(parametersOf(SKODA_2020_CNN).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
    'convolution1.kernel 3×1×64',
    'convolution1.bias 64',
    'convolution2.kernel 3×64×64',
    'convolution2.bias 64',
    'convolution3.kernel 3×64×128',
    'convolution3.bias 128',
    'convolution4.kernel 3×128×128',
    'convolution4.bias 128',
    'convolution5.kernel 3×128×256',
    'convolution5.bias 256',
    'convolution6.kernel 3×256×256',
    'convolution6.bias 256',
    'dense1.kernel 3584×512',
    'dense1.bias 512',
    'dense2.kernel 512×512',
    'dense2.bias 512',
    'dense3.kernel 512×3',
    'dense3.bias 3',
  ]);
  expect(parameterCount(SKODA_2020_CNN)).toBe(2_481_731);
  expect(classCountOf(SKODA_2020_CNN)).toBe(3);
});

test('a narrower network for more classes', () => {
  const narrow = skoda2020Network(5, 0.25);
  expect(classCountOf(narrow)).toBe(5);
  expect(parameterCount(narrow)).toBe(156_053);
});

const softmax: Layer = { kind: 'dense', units: 3, activation: 'softmax' };
const dense: Layer = { kind: 'dense', units: 3, activation: 'relu' };
const convolution: Layer = { kind: 'convolution', filters: 2, kernelSize: 3 };

test.each<[string, Architecture, RegExp]>([
  ['no softmax at the end', { inputWidth: 5, layers: [{ kind: 'flatten' }, dense] }, /last layer, and no other/],
  [
    'softmax in the middle',
    { inputWidth: 5, layers: [{ kind: 'flatten' }, softmax, softmax] },
    /last layer, and no other/,
  ],
  ['no layers', { inputWidth: 5, layers: [] }, /fewer than two units/],
  ['a dense layer on a spectrum', { inputWidth: 5, layers: [softmax] }, /put a flatten layer before/],
  [
    'a convolution after flattening',
    { inputWidth: 5, layers: [{ kind: 'flatten' }, convolution, softmax] },
    /cannot follow flatten/,
  ],
  ['nothing left', { inputWidth: 2, layers: [convolution, { kind: 'flatten' }, softmax] }, /nothing is left/],
  ['one class', { inputWidth: 2, layers: [{ kind: 'flatten' }, { ...softmax, units: 1 }] }, /fewer than two units/],
  [
    'half a filter',
    { inputWidth: 5, layers: [{ ...convolution, filters: 0.5 }, { kind: 'flatten' }, softmax] },
    /filters is 0.5/,
  ],
  [
    'everything dropped',
    { inputWidth: 5, layers: [{ kind: 'flatten' }, { kind: 'dropout', rate: 1 }, softmax] },
    /rate 1/,
  ],
])('an architecture with %s is refused', (_, architecture, message) => {
  expect(() => parametersOf(architecture)).toThrow(message);
});
