import type { Encoding } from 'hyparquet';
import { readHybrid } from './levels.ts';
import type { ChunkPages } from './column-pages.ts';
import type { FloatType } from './schema.ts';

/** Copies `count` encoded floats to `out` from `at`. */
export type FloatDecoder = (
  encoding: Encoding,
  values: Uint8Array,
  count: number,
  out: Float32Array | Float64Array,
  at: number,
) => void;

/** A decoder for the pages of one chunk of stored type `stored`. Values are converted if `out` has the other precision. */
export function floatDecoder(stored: FloatType, dictionary: ChunkPages['dictionary']): FloatDecoder {
  const size = stored === 'float32' ? 4 : 8;
  const make = stored === 'float32' ? Float32Array : Float64Array;
  const words = dictionary && plain(make, dictionary.values, dictionary.count);
  return (encoding, values, count, out, at) => {
    switch (encoding) {
      case 'PLAIN': {
        checkSize(values, count * size);
        if (out instanceof make) {
          // Bytes to bytes: the source need not be aligned.
          new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(values.subarray(0, count * size), at * size);
        } else out.set(plain(make, values, count), at);
        return;
      }
      case 'BYTE_STREAM_SPLIT': {
        checkSize(values, count * size);
        const joined = out instanceof make ? out.subarray(at, at + count) : new make(count);
        joinStreams(values, count, size, new Uint8Array(joined.buffer, joined.byteOffset, joined.byteLength));
        if (!(out instanceof make)) out.set(joined, at);
        return;
      }
      case 'PLAIN_DICTIONARY':
      case 'RLE_DICTIONARY': {
        if (!words) throw new Error('a page refers to a dictionary that the column chunk lacks');
        decodeIndexes(values, count, words, out, at);
        return;
      }
      default:
        throw new Error(`unsupported encoding ${encoding} of floats; write them plain`);
    }
  };
}

function plain(make: typeof Float32Array | typeof Float64Array, values: Uint8Array, count: number) {
  const size = make.BYTES_PER_ELEMENT;
  checkSize(values, count * size);
  // Not values.slice(): of a Buffer that would be a view.
  return new make(new Uint8Array(values.subarray(0, count * size)).buffer);
}

/** BYTE_STREAM_SPLIT: all first bytes, then all second bytes, and so on. */
function joinStreams(values: Uint8Array, count: number, size: number, out: Uint8Array): void {
  if (size === 4) {
    const words = new Uint32Array(out.buffer, out.byteOffset, count);
    const b = values.subarray(count, 2 * count);
    const c = values.subarray(2 * count, 3 * count);
    const d = values.subarray(3 * count, 4 * count);
    for (let i = 0; i < count; i++) words[i] = values[i]! | (b[i]! << 8) | (c[i]! << 16) | (d[i]! << 24);
    return;
  }
  for (let byte = 0; byte < size; byte++) {
    const stream = byte * count;
    for (let i = 0, o = byte; i < count; i++, o += size) out[o] = values[stream + i]!;
  }
}

function decodeIndexes(
  values: Uint8Array,
  count: number,
  words: Float32Array | Float64Array,
  out: Float32Array | Float64Array,
  start: number,
): void {
  if (count === 0) return;
  const bitWidth = values[0];
  if (bitWidth === undefined || bitWidth > 32) throw new Error('dictionary indexes of no valid width');
  let at = start;
  const word = (index: number) => {
    const value = words[index];
    if (value === undefined) throw new Error(`index ${index} into a dictionary of ${words.length} values`);
    return value;
  };
  readHybrid(
    values.subarray(1),
    bitWidth,
    count,
    (index, length) => {
      out.fill(word(index), at, at + length);
      at += length;
    },
    (index) => {
      out[at++] = word(index);
    },
  );
}

function checkSize(values: Uint8Array, size: number): void {
  if (values.byteLength < size)
    throw new Error(`a page holds ${values.byteLength} bytes of values where ${size} are due`);
}
