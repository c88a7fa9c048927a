import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cumulativeSums, RandomStream, wordsOf } from './random.ts';

const DRAWS = 200_000;

/** Mean and standard deviation of many draws. */
function moments(draw: () => number): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < DRAWS; i++) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / DRAWS;
  return { mean, deviation: Math.sqrt(squares / DRAWS - mean * mean) };
}

describe('random draws', () => {
  const stream = new RandomStream([2026]);
  it.each<[string, () => number, number, number]>([
    ['uniform', () => stream.uniform(), 0.5, Math.sqrt(1 / 12)],
    ['uniform between limits', () => stream.between(-3, 5), 1, 8 * Math.sqrt(1 / 12)],
    ['normal', () => stream.normal(3, 2), 3, 2],
    ['logarithm of log-normal', () => Math.log(stream.logNormal(17, 0.6)), Math.log(17), 0.6],
    ['exponential', () => stream.exponential(0.6), 0.6, 0.6],
    ['gamma', () => stream.gamma(3, 0.035), 0.105, 0.035 * Math.sqrt(3)],
    ['gamma of shape 1', () => stream.gamma(1, 2), 2, 2],
    ['Poisson', () => stream.poisson(0.25), 0.25, 0.5],
    ['integers', () => stream.integer(4), 1.5, Math.sqrt(15 / 12)],
    ['chance', () => Number(stream.chance(0.06)), 0.06, Math.sqrt(0.06 * 0.94)],
    ['weighted index', () => stream.weightedIndex(cumulativeSums([3, 0, 1])), 0.5, Math.sqrt(0.75)],
  ])('have the moments of the law: %s', (_, draw, mean, deviation) => {
    const found = moments(draw);
    expect(Math.abs(found.mean - mean)).toBeLessThan((5 * deviation) / Math.sqrt(DRAWS));
    expect(found.deviation / deviation).toBeCloseTo(1, 1.5);
  });

  it('fill the normal law to its tails', () => {
    const beyond = [1, 2, 3, 4].map((limit) => {
      let count = 0;
      for (let i = 0; i < DRAWS; i++) if (Math.abs(stream.normal()) > limit) count++;
      return count / DRAWS;
    });
    const expected = [0.31731, 0.0455, 0.0027, 6.334e-5];
    expected.forEach((share, i) => {
      expect(Math.abs(beyond[i]! - share)).toBeLessThan(5 * Math.sqrt(share / DRAWS));
    });
  });

  it('refuse laws they do not know', () => {
    expect(() => stream.gamma(0.5, 1)).toThrow('gamma shape must be at least 1, got 0.5');
    expect(() => stream.weightedIndex([0, 0])).toThrow('weights that do not sum to a positive number');
  });
});

describe('random streams', () => {
  it('are the same for the same key', () => {
    const words = () =>
      Array.from(
        { length: 8 },
        (
          (stream) => () =>
            stream.bits()
        )(new RandomStream([1, 2, 3])),
      );
    expect(words()).toEqual(words());
  });

  it('of neighbouring keys have nothing to do with each other', () => {
    const firsts = Array.from({ length: 50_000 }, (_, index) => new RandomStream([1, 7, 0, index, 0]).uniform());
    const cells = new Array<number>(100).fill(0);
    let product = 0;
    firsts.forEach((value, index) => {
      cells[Math.floor(value * 100)]!++;
      product += (value - 0.5) * ((firsts[index + 1] ?? 0.5) - 0.5);
    });
    const chiSquared = cells.reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0);
    // 99 degrees of freedom: mean 99, standard deviation 14.
    expect(chiSquared).toBeGreaterThan(99 - 5 * 14);
    expect(chiSquared).toBeLessThan(99 + 5 * 14);
    expect(Math.abs(product / 50_000)).toBeLessThan((5 * (1 / 12)) / Math.sqrt(50_000));
  });

  it('differ in whatever word of the key differs', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), fc.nat(4), fc.integer(), (key, at, word) => {
        const place = at % key.length;
        fc.pre(key[place] !== word);
        const first = new RandomStream(key);
        const second = new RandomStream(key.with(place, word));
        expect([first.bits(), first.bits()]).not.toEqual([second.bits(), second.bits()]);
      }),
    );
  });
});

describe('words of a seed', () => {
  it('carry all 64 bits, the same for numbers and bigints', () => {
    expect(wordsOf(0xdead_beef_1234n, 'the seed')).toEqual([0xbeef_1234, 0xdead]);
    expect(wordsOf(0xdead_beef_1234, 'the seed')).toEqual([0xbeef_1234, 0xdead]);
    expect(wordsOf(2n ** 64n - 1n, 'the seed')).toEqual([0xffff_ffff, 0xffff_ffff]);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 60, -1n, 2n ** 64n])('are refused of %s', (seed) => {
    expect(() => wordsOf(seed, 'the seed')).toThrow(`the seed must be an unsigned integer of at most 64 bits`);
  });
});
