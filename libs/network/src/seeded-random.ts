/** A repeatable stream of numbers. */
export interface SeededRandom {
  /** Uniform in [0, 1), 53 random bits. */
  readonly uniform: () => number;
  /** Uniform among 0, 1, …, count − 1. */
  readonly below: (count: number) => number;
}

/**
 * The stream of a seed and a purpose: streams of one seed for different purposes are independent, so that what one consumes does
 * not shift another. xoshiro128** (Blackman & Vigna 2021, doi:10.1145/3460772), its state filled from the seed by SplitMix32.
 *
 * @param seed unsigned, 32 bits
 */
export function seededRandom(seed: number, purpose: string): SeededRandom {
  let mixed = seed >>> 0;
  for (let i = 0; i < purpose.length; i++) mixed = Math.imul(mixed ^ purpose.charCodeAt(i), 0x01000193) >>> 0;
  const splitMix = (): number => {
    mixed = (mixed + 0x9e3779b9) >>> 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  // Not all zero: SplitMix is a bijection of four different states.
  let [a, b, c, d] = [splitMix(), splitMix(), splitMix(), splitMix()];
  const next = (): number => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled;
  };
  const uniform = (): number => (next() >>> 5) * 2 ** -27 + (next() >>> 6) * 2 ** -53;
  return { uniform, below: (count) => Math.floor(uniform() * count) };
}

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** A random order of 0, 1, …, count − 1 (Fisher–Yates). */
export function shuffledIndices(random: SeededRandom, count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}
