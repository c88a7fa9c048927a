/**
 * Seeded random draws. Each simulated spectrum owns one stream, derived from (seed, survey, index) alone, so that any
 * range of a survey can be made on any worker, in any order, with the same bytes.
 *
 * The generator is xoshiro128** 1.1 (Blackman & Vigna 2021, ACM TOMS 47, 36): 128 bits of state, 32-bit arithmetic
 * only, which is what JavaScript does fast. Its state is filled from the key by the MurmurHash3 finaliser.
 */

const TWO_TO_32 = 2 ** 32;
const TWO_TO_MINUS_53 = 2 ** -53;

/** Bijective mixing of 32 bits (the finaliser of MurmurHash3, Appleby 2011, public domain). */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

export class RandomStream {
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private spareNormal = Number.NaN;

  /** @param key any 32-bit words; streams of different keys are independent for every practical purpose */
  constructor(key: readonly number[]) {
    const next = (lane: number): number => {
      let state = Math.imul(lane, 0x9e3779b9);
      for (const word of key) state = mix(Math.imul(state ^ mix(word | 0), 0x9e3779b1) + 0x7f4a7c15);
      return mix(state + lane);
    };
    this.a = next(1);
    this.b = next(2);
    this.c = next(3);
    this.d = next(4);
    // The all-zero state is the one that xoshiro never leaves.
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1;
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.b, 5), 7), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotateLeft(this.d, 11);
    return result;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67_108_864 + low) * TWO_TO_MINUS_53;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** Uniform integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Normal (Gaussian) draw, by Marsaglia's polar method. */
  normal(mean = 0, standardDeviation = 1): number {
    if (!Number.isNaN(this.spareNormal)) {
      const spare = this.spareNormal;
      this.spareNormal = Number.NaN;
      return mean + standardDeviation * spare;
    }
    let u: number;
    let v: number;
    let square: number;
    do {
      // 32 bits are plenty for noise, and this is the innermost loop of the simulator.
      u = (this.bits() * 2) / TWO_TO_32 - 1;
      v = (this.bits() * 2) / TWO_TO_32 - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.spareNormal = v * scale;
    return mean + standardDeviation * u * scale;
  }

  /** Draw whose logarithm is normal with standard deviation `sigma` (in natural logarithm) around ln(median). */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(this.normal(0, sigma));
  }

  /** Exponential draw with the given mean. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }

  /** Gamma draw (Marsaglia & Tsang 2000, ACM TOMS 26, 363); shape ≥ 1. */
  gamma(shape: number, scale: number): number {
    if (!(shape >= 1)) throw new RangeError(`gamma shape must be at least 1, got ${shape}`);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v * scale;
    }
  }

  /** Poisson draw by Knuth's product of uniforms: meant for means of a few. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }

  /** Index into `cumulative`, a rising list of summed weights, each index drawn in proportion to its weight. */
  weightedIndex(cumulative: readonly number[]): number {
    const at = this.uniform() * (cumulative.at(-1) ?? 0);
    const index = cumulative.findIndex((sum) => at < sum);
    if (index < 0) throw new RangeError('cannot draw from weights that do not sum to a positive number');
    return index;
  }

  /** One of the values, each with the same probability. */
  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.integer(values.length)] as T;
  }
}

/** Running sums of weights, for {@link RandomStream.weightedIndex}. */
export function cumulativeSums(weights: readonly number[]): number[] {
  let sum = 0;
  return weights.map((weight) => (sum += weight));
}

/**
 * The words of an unsigned integer of up to 64 bits, low word first.
 * @param what names the number in the message of the error
 * @throws RangeError for a negative, fractional or larger number
 */
export function wordsOf(number: number | bigint, what: string): [low: number, high: number] {
  const valid =
    typeof number === 'bigint' ? number >= 0n && number < 1n << 64n : Number.isSafeInteger(number) && number >= 0;
  if (!valid) throw new RangeError(`${what} must be an unsigned integer of at most 64 bits, got ${number}`);
  if (typeof number === 'bigint') return [Number(number & 0xffff_ffffn), Number(number >> 32n)];
  return [number >>> 0, Math.floor(number / TWO_TO_32)];
}
