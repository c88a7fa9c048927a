/**
 * The FITS checksum convention: 32-bit ones' complement sums (FITS standard 4.0, section 4.4.2.7 and appendix J;
 * Seaman, Pence & Rots 2012, "FITS Checksum Proposal").
 */

/** Keyword of the card that makes the whole HDU sum to minus zero. */
export const CHECKSUM = 'CHECKSUM';
/** Keyword of the sum over the data unit alone, as a decimal string. */
export const DATASUM = 'DATASUM';
/** Sum of an HDU whose CHECKSUM is right: all ones, "minus zero" in ones' complement. */
export const MINUS_ZERO = 0xffffffff;
/** What stands in CHECKSUM while the sum that it completes is taken. */
export const BLANK_CHECKSUM = '0'.repeat(16);

const TWO_TO_32 = 0x1_0000_0000;
/** So many bytes are 2^20 words of 32 bits, whose sum stays below 2^53 and is exact in double precision. */
const STRETCH_BYTES = 1 << 22;

/**
 * Sums big-endian 32-bit words in ones' complement.
 * @param bytes a whole number of 4-byte words
 * @returns an unsigned 32-bit integer
 */
export function onesComplementSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let from = 0; from < bytes.length; from += STRETCH_BYTES) {
    const to = Math.min(bytes.length, from + STRETCH_BYTES);
    // The four bytes of the words are added apart and put together once.
    let first = 0;
    let second = 0;
    let third = 0;
    let fourth = 0;
    for (let i = from; i < to; i += 4) {
      first += bytes[i]!;
      second += bytes[i + 1]!;
      third += bytes[i + 2]!;
      fourth += bytes[i + 3]!;
    }
    sum = fold(sum + first * 0x1_00_00_00 + second * 0x1_00_00 + third * 0x1_00 + fourth);
  }
  return sum;
}

/** Adds two ones' complement sums. */
export function addSums(a: number, b: number): number {
  return fold(a + b);
}

function fold(sum: number): number {
  let folded = sum;
  while (folded >= TWO_TO_32) folded = (folded % TWO_TO_32) + Math.floor(folded / TWO_TO_32);
  return folded;
}

const ZERO_CHARACTER = 0x30;

/** Whether a character is one of the thirteen between '9' and 'A' or 'Z' and 'a', which the encoding must avoid. */
function isPunctuation(character: number): boolean {
  return (character > 0x39 && character < 0x41) || (character > 0x5a && character < 0x61);
}

/**
 * Encodes the complement of a sum in 16 letters and digits, so that an HDU holding them sums to minus zero.
 * @param sum ones' complement sum of the HDU while CHECKSUM held sixteen zeros
 */
export function encodeChecksum(sum: number): string {
  const complement = ~sum >>> 0;
  const characters = new Uint8Array(16);
  for (let byte = 0; byte < 4; byte++) {
    const value = (complement >>> (24 - 8 * byte)) & 0xff;
    const quarters = [value >>> 2, value >>> 2, value >>> 2, value >>> 2].map((quarter) => quarter + ZERO_CHARACTER);
    quarters[0]! += value % 4;
    // Two characters are moved apart, which keeps their sum, until neither is punctuation.
    for (const pair of [0, 2]) {
      while (isPunctuation(quarters[pair]!) || isPunctuation(quarters[pair + 1]!)) {
        quarters[pair]!++;
        quarters[pair + 1]!--;
      }
    }
    // Quarters are interleaved, and rotated right by one: a card's value begins one byte off a word boundary.
    quarters.forEach((character, i) => (characters[(4 * i + byte + 1) % 16] = character));
  }
  return String.fromCharCode(...characters);
}
