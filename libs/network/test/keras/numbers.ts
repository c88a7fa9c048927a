import { parametersOf, valueCount } from '../../src/architecture.ts';
import type { Architecture } from '../../src/architecture.ts';
import type { Weights } from '../../src/weights.ts';

/**
 * Numbers that TypeScript and Python (`golden.py`) compute alike, so that ten megabytes of weights need not be kept: the i-th of a
 * stream is MurmurHash3's finaliser of i and the stream's number, scaled to [−limit, limit).
 */
export function numbers(stream: number, count: number, limit = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    let x = (i + Math.imul(stream, 0x9e3779b9)) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    return ((2 * x) / 2 ** 32 - 1) * limit;
  });
}

/** Weights for an architecture: the n-th tensor is stream n; kernels have Glorot's limit, biases 0.05. */
export function weightsByFormula(architecture: Architecture): Weights {
  return new Map(
    parametersOf(architecture).map(({ name, shape, fanIn, fanOut }, stream) => {
      const limit = name.endsWith('.kernel') ? Math.sqrt(6 / (fanIn + fanOut)) : 0.05;
      return [name, { shape, values: numbers(stream, valueCount(shape), limit) }];
    }),
  );
}

/** Streams of the data, after those of the weights; a batch adds its number. */
export const FEATURES_STREAM = 1000;
export const CLASSES_STREAM = 2000;
export const EXAMPLE_WEIGHTS_STREAM = 3000;

/** Class indices by formula: 0, 1 or 2. */
export function classesByFormula(stream: number, count: number): Uint8Array {
  return Uint8Array.from(numbers(stream, count), (value) => Math.floor(((value + 1) / 2) * 3));
}

/** Weights of rows by formula: in [0.5, 3.5). */
export function exampleWeightsByFormula(stream: number, count: number): Float32Array {
  return numbers(stream, count, 1.5).map((value) => value + 2);
}
