import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skoda2020Network } from './architecture.ts';
import { initialWeights } from './initial-weights.ts';
import { decodeWeights, decodeWeightsFor, encodeWeights, weightsChecksum } from './weights.ts';
import type { Weights } from './weights.ts';

const architecture = skoda2020Network(3, 0.05);
const weights = initialWeights(architecture, 1);
const file = encodeWeights(weights);

const anyWeights = fc
  .dictionary(
    fc
      .string({ minLength: 1 })
      .filter((name) => name !== '__metadata__' && name !== '__proto__' && !/^\d+$/.test(name)),
    fc.float32Array({ maxLength: 20 }),
  )
  .map(
    (tensors): Weights =>
      new Map(Object.entries(tensors).map(([name, values]) => [name, { shape: [values.length], values }])),
  );

describe('a weights file', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(anyWeights, (given) => {
        expect(decodeWeights(encodeWeights(given))).toEqual(given);
      }),
    );
    expect(decodeWeightsFor(architecture, file)).toEqual(weights);
  });

  test('is laid out as safetensors: length of the header, header padded to eight bytes, float32 little endian', () => {
    const bytes = Buffer.from(encodeWeights(new Map([['a', { shape: [1, 2], values: Float32Array.of(1, -2) }]])));
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      a: { dtype: 'F32', shape: [1, 2], data_offsets: [0, 8] },
    });
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length), bytes.length]).toEqual([1, -2, 16 + length]);
  });

  test('has a checksum that tells weights apart', () => {
    expect(weightsChecksum(file)).toMatch(/^[0-9a-f]{64}$/);
    expect(weightsChecksum(encodeWeights(initialWeights(architecture, 1)))).toBe(weightsChecksum(file));
    expect(weightsChecksum(encodeWeights(initialWeights(architecture, 2)))).not.toBe(weightsChecksum(file));
  });

  test('that is cut short anywhere is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: file.length - 1 }), (length) => {
        expect(() => decodeWeights(file.subarray(0, length))).toThrow(/^weights: /);
      }),
    );
  });

  test.each([
    ['another element type', { a: { dtype: 'F16', shape: [1], data_offsets: [0, 2] } }, /type F16, not F32/],
    ['a tensor without a place', { a: { dtype: 'F32', shape: [1] } }, /has no shape or place/],
    ['a place of the wrong size', { a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, /does not fit/],
  ])('with %s is refused', (_, header, message) => {
    const json = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    expect(() => decodeWeights(Buffer.concat([length, json, Buffer.alloc(16)]))).toThrow(message);
  });

  test('for another architecture is refused', () => {
    const [first] = weights.keys();
    const without = new Map([...weights].filter(([name]) => name !== first));
    expect(() => decodeWeightsFor(architecture, encodeWeights(without))).toThrow(/convolution1.kernel .* is missing/);
    const more = new Map([...weights, ['extra', { shape: [1], values: Float32Array.of(1) }]]);
    expect(() => decodeWeightsFor(architecture, encodeWeights(more))).toThrow(/does not have/);
    expect(() => decodeWeightsFor(skoda2020Network(4, 0.05), file)).toThrow(/dense3.kernel has shape \[26, 3\]/);
  });
});
