/**
 * The FITS checksum convention: 32-bit ones' complement sums (FITS standard 4.0, section 4.4.2.7 and appendix J;
 * Seaman, Pence & Rots 2012, "FITS Checksum Proposal").
 */

/** Keyword of the sum over a whole HDU, written so that the HDU sums to minus zero. */
export const CHECKSUM = 'CHECKSUM';
/** Keyword of the sum over the data unit alone, as a decimal string. */
export const DATASUM = 'DATASUM';
/** Sum of an HDU whose CHECKSUM is right: all ones, "minus zero" in ones' complement. */
export const MINUS_ZERO = 0xffffffff;

/**
 * Adds big-endian 32-bit words to a ones' complement sum.
 * @param bytes a whole number of 4-byte words, at least zero
 * @param start the sum so far, an unsigned 32-bit integer
 * @returns an unsigned 32-bit integer
 */
export function onesComplementSum(bytes: Uint8Array, start = 0): number {
  let high = start >>> 16;
  let low = start & 0xffff;
  const words = bytes.length >>> 2;
  // 16-bit halves are summed apart and carried once per stretch: 2^16 words of 2^16 stay far below 2^53.
  const STRETCH_WORDS = 1 << 16;
  for (let from = 0; from < words; from += STRETCH_WORDS) {
    const to = Math.min(words, from + STRETCH_WORDS) * 4;
    for (let i = from * 4; i < to; i += 4) {
      high += (bytes[i]! << 8) | bytes[i + 1]!;
      low += (bytes[i + 2]! << 8) | bytes[i + 3]!;
    }
    let highCarry = Math.floor(high / 0x10000);
    let lowCarry = Math.floor(low / 0x10000);
    while (highCarry !== 0 || lowCarry !== 0) {
      high = (high % 0x10000) + lowCarry;
      low = (low % 0x10000) + highCarry;
      highCarry = Math.floor(high / 0x10000);
      lowCarry = Math.floor(low / 0x10000);
    }
  }
  return high * 0x10000 + low;
}

// The characters between '9' and 'A' and between 'Z' and 'a', which the encoding must avoid.
const PUNCTUATION = new Set([0x3a, 0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x40, 0x5b, 0x5c, 0x5d, 0x5e, 0x5f, 0x60]);
const ZERO_CHARACTER = 0x30;

/**
 * Encodes the complement of a sum in 16 letters and digits, so that a header holding them sums to minus zero.
 * @param sum ones' complement sum of the HDU with CHECKSUM set to sixteen '0' characters
 */
export function encodeChecksum(sum: number): string {
  const complement = ~sum >>> 0;
  const interleaved = new Uint8Array(16);
  for (let byte = 0; byte < 4; byte++) {
    const value = (complement >>> (24 - 8 * byte)) & 0xff;
    const characters = [0, 1, 2, 3].map(() => (value >>> 2) + ZERO_CHARACTER);
    characters[0]! += value % 4;
    // Characters are moved apart in pairs, which keeps their sum, until none is punctuation.
    while (characters.some((character) => PUNCTUATION.has(character))) {
      for (const pair of [0, 2]) {
        if (PUNCTUATION.has(characters[pair]!) || PUNCTUATION.has(characters[pair + 1]!)) {
          characters[pair]!++;
          characters[pair + 1]!--;
        }
      }
    }
    characters.forEach((character, i) => (interleaved[4 * i + byte] = character));
  }
  // The value of a header card starts one byte off a word boundary, so the characters are rotated right by one.
  return String.fromCharCode(interleaved[15]!, ...interleaved.subarray(0, 15));
}
