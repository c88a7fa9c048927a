import { ActiveLearningError } from './errors.ts';
import { murmurHash64 } from './murmur-hash.ts';

/** An unsigned integer below 2⁶⁴ that a draw is repeatable from. */
export type Seed = number | bigint;

/** What a draw is for: draws for different purposes are independent of each other, also with the same seed. */
export type DrawPurpose = 'audit' | 'exploration' | 'stratum' | 'query' | 'cluster' | 'overlap' | 'repeat';

const LARGEST_SEED = 2n ** 64n - 1n;
/** A double in [0, 1) holds 53 bits: 32 of the first hash word and 21 of the second. */
const SECOND_WORD_SHIFT = 11;
const SECOND_WORD_RANGE = 2 ** 21;
const RANGE = 2 ** 53;
const UTF8_BYTES_PER_CODE_UNIT = 3;

/**
 * The seed as a decimal string, as summaries store it.
 * @throws {ActiveLearningError} if it is no unsigned integer below 2⁶⁴ (a number: below 2⁵³)
 */
export function seedText(seed: Seed): string {
  const valid = typeof seed === 'bigint' ? seed >= 0n && seed <= LARGEST_SEED : Number.isSafeInteger(seed) && seed >= 0;
  if (!valid)
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `A seed is an unsigned integer below 2^64, not ${seed}; give those above 2^53 as a bigint`,
    );
  return seed.toString();
}

/**
 * A function from spectrum id to draw number in [0, 1): MurmurHash3_x86_128 of the key
 * `<seed in decimal> NUL <purpose> NUL <id>` in UTF-8, first 53 bits. The k smallest draw numbers of a set are a simple
 * random sample without replacement of it, and such samples of parts merge exactly into the sample of the whole.
 */
export function createDraw(seed: Seed, purpose: DrawPurpose): (id: string) => number {
  const encoder = new TextEncoder();
  const prefix = encoder.encode(`${seedText(seed)}\0${purpose}\0`);
  const words = new Uint32Array(2);
  let key = new Uint8Array(256);
  key.set(prefix);
  return (id) => {
    const room = prefix.length + id.length * UTF8_BYTES_PER_CODE_UNIT;
    if (room > key.length) {
      key = new Uint8Array(room * 2);
      key.set(prefix);
    }
    const { written } = encoder.encodeInto(id, key.subarray(prefix.length));
    murmurHash64(key, prefix.length + written, words);
    const [first = 0, second = 0] = words;
    return (first * SECOND_WORD_RANGE + (second >>> SECOND_WORD_SHIFT)) / RANGE;
  };
}

/** One draw number; for many of the same seed and purpose, keep the function that createDraw returns. */
export function drawNumber(seed: Seed, purpose: DrawPurpose, id: string): number {
  return createDraw(seed, purpose)(id);
}
