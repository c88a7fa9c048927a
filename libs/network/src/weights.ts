import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { parametersOf, valueCount } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import { NetworkError } from './network-error.ts';

/** The trained tensors of a network by their names, in the order of its layers. */
export type Weights = ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The header's length, an unsigned 64-bit little-endian integer, goes first. */
const LENGTH_BYTES = 8;
/** Headers are padded with spaces so that the data is aligned. */
const ALIGNMENT = 8;
/** The format forbids larger headers. */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * Weights as a safetensors file (https://huggingface.co/docs/safetensors), which Python's `safetensors` reads: float32, little
 * endian, in the order of the layers. Equal weights give equal bytes.
 */
export function encodeWeights(weights: Weights): Uint8Array {
  const entries: [string, TensorEntry][] = [];
  let size = 0;
  for (const [name, { shape, values }] of weights) {
    entries.push([name, { dtype: 'F32', shape: [...shape], data_offsets: [size, size + values.byteLength] }]);
    size += values.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const start = LENGTH_BYTES + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const file = Buffer.alloc(start + size, ' ');
  file.writeBigUInt64LE(BigInt(start - LENGTH_BYTES));
  json.copy(file, LENGTH_BYTES);
  let offset = start;
  for (const { values } of weights.values()) {
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    bytes.copy(file, offset);
    if (endianness() === 'BE') file.subarray(offset, offset + bytes.length).swap32();
    offset += bytes.length;
  }
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

/**
 * Weights from a safetensors file.
 *
 * @throws {NetworkError} INVALID_WEIGHTS when it is no such file, is cut short, or holds another element type than F32
 */
export function decodeWeights(file: Uint8Array): Weights {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const length = bytes.length < LENGTH_BYTES ? Infinity : Number(bytes.readBigUInt64LE());
  const start = LENGTH_BYTES + length;
  if (length > MAX_HEADER_BYTES || start > bytes.length)
    throw invalid('the file is cut short, or not in safetensors format');
  let header: Record<string, TensorEntry>;
  try {
    header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, start)) as Record<string, TensorEntry>;
  } catch (cause) {
    throw invalid('its header is not JSON', { cause });
  }
  const weights = new Map<string, { shape: number[]; values: Float32Array }>();
  for (const [name, entry] of Object.entries(header).filter(([key]) => key !== '__metadata__')) {
    if (!Array.isArray(entry.shape) || !Array.isArray(entry.data_offsets))
      throw invalid(`tensor ${name} has no shape or place`);
    const { dtype, shape, data_offsets } = entry;
    const [from, to] = data_offsets;
    if (dtype !== 'F32') throw invalid(`tensor ${name} has elements of type ${dtype}, not F32`);
    if (to - from !== valueCount(shape) * Float32Array.BYTES_PER_ELEMENT || start + to > bytes.length) {
      throw invalid(`tensor ${name} of shape [${shape.join(', ')}] does not fit its place in the file`);
    }
    const values = new Float32Array(valueCount(shape));
    const copy = Buffer.from(values.buffer);
    bytes.copy(copy, 0, start + from, start + to);
    if (endianness() === 'BE') copy.swap32();
    weights.set(name, { shape, values });
  }
  return weights;
}

/**
 * Weights from a safetensors file, in the order of the architecture that they are for.
 *
 * @throws {NetworkError} INVALID_WEIGHTS when a tensor is missing, superfluous or of another shape
 */
export function decodeWeightsFor(architecture: Architecture, file: Uint8Array): Weights {
  const found = decodeWeights(file);
  const parameters = parametersOf(architecture);
  for (const { name, shape } of parameters) {
    const tensor = found.get(name);
    if (!tensor) throw invalid(`tensor ${name} of this architecture is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw invalid(
        `tensor ${name} has shape [${tensor.shape.join(', ')}], the architecture says [${shape.join(', ')}]`,
      );
    }
  }
  if (found.size !== parameters.length) throw invalid('it holds tensors that this architecture does not have');
  return new Map(parameters.map(({ name }) => [name, found.get(name)!]));
}

/** SHA-256 of a weights file, in hexadecimal: the identity of a trained network. */
export function weightsChecksum(file: Uint8Array): string {
  return createHash('sha256').update(file).digest('hex');
}

const invalid = (message: string, options?: ErrorOptions): NetworkError =>
  new NetworkError('INVALID_WEIGHTS', `weights: ${message}`, options);
