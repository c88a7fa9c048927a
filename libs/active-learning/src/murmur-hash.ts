const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;
const BLOCK_BYTES = 16;

const rotateLeft = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Spreads every input bit over all 32 output bits. */
function finalMix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The first two of the four 32-bit words of MurmurHash3_x86_128 with seed 0 (Austin Appleby, public domain): a fast
 * non-cryptographic hash that needs 32-bit arithmetic only, and that every language has (`mmh3` in Python).
 *
 * @param bytes holds the key in its first `length` bytes
 * @param words receives the two words, unsigned
 */
export function murmurHash64(bytes: Uint8Array, length: number, words: Uint32Array): void {
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  const at = (i: number): number => bytes[i] ?? 0;
  const word = (i: number): number => at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24);
  const tail = length - (length % BLOCK_BYTES);

  for (let i = 0; i < tail; i += BLOCK_BYTES) {
    h1 ^= Math.imul(rotateLeft(Math.imul(word(i), C1), 15), C2);
    h1 = (Math.imul(rotateLeft(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotateLeft(Math.imul(word(i + 4), C2), 16), C3);
    h2 = (Math.imul(rotateLeft(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotateLeft(Math.imul(word(i + 8), C3), 17), C4);
    h3 = (Math.imul(rotateLeft(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotateLeft(Math.imul(word(i + 12), C4), 18), C1);
    h4 = (Math.imul(rotateLeft(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }

  // The last block is padded with zeros; the words beyond the key's end then change nothing.
  const last = (from: number): number => {
    let value = 0;
    for (let i = Math.min(from + 4, length) - 1; i >= from; i--) value = (value << 8) | at(i);
    return value;
  };
  h4 ^= Math.imul(rotateLeft(Math.imul(last(tail + 12), C4), 18), C1);
  h3 ^= Math.imul(rotateLeft(Math.imul(last(tail + 8), C3), 17), C4);
  h2 ^= Math.imul(rotateLeft(Math.imul(last(tail + 4), C2), 16), C3);
  h1 ^= Math.imul(rotateLeft(Math.imul(last(tail), C1), 15), C2);

  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finalMix(h1);
  h2 = finalMix(h2);
  h3 = finalMix(h3);
  h4 = finalMix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  words[0] = h1 >>> 0;
  words[1] = h2 >>> 0;
}
