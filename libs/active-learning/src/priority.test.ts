import { describe, expect, it } from 'vitest';
import { createDraw, drawNumber, seedText } from './priority.ts';

const IDS = Array.from({ length: 100_000 }, (_, i) => `spec-55859-F5902_sp${i % 16}-${i}`);

/** Pearson's statistic of counts that should be equal. */
function chiSquare(bins: readonly number[], count: number): number {
  const counts = new Array<number>(count).fill(0);
  for (const bin of bins) counts[bin] = (counts[bin] ?? 0) + 1;
  const expected = bins.length / count;
  return counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

// 255 degrees of freedom: mean 255, standard deviation 22.6; all but 1 in 10,000 lie within four of them.
const [LEAST, MOST] = [255 - 4 * 22.6, 255 + 4 * 22.6];

const isUniform = (bins: readonly number[], count: number): boolean => {
  const statistic = chiSquare(bins, count);
  return statistic > LEAST && statistic < MOST;
};

describe('draw numbers', () => {
  it('are uniform in their leading and their last bits', () => {
    const draws = IDS.map(createDraw(7, 'audit'));
    expect(
      isUniform(
        draws.map((x) => Math.floor(x * 256)),
        256,
      ),
    ).toBe(true);
    expect(
      isUniform(
        draws.map((x) => (x * 2 ** 53) % 256),
        256,
      ),
    ).toBe(true);
    expect(draws.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(new Set(draws).size).toBe(IDS.length);
  });

  it.each([
    ['purposes', createDraw(7, 'audit'), createDraw(7, 'exploration')],
    ['seeds', createDraw(7, 'audit'), createDraw(8, 'audit')],
  ])('of different %s are independent', (_, first, second) => {
    expect(
      isUniform(
        IDS.map((id) => Math.floor(first(id) * 16) * 16 + Math.floor(second(id) * 16)),
        256,
      ),
    ).toBe(true);
  });

  it('are the same for ever: campaigns replay from their seed', () => {
    expect(drawNumber(42, 'audit', 'spec-1')).toBe(drawNumber(42n, 'audit', 'spec-1'));
    expect(drawNumber(42, 'audit', 'spec-55859-F5902_sp01-001')).toBe(0.9438202979818702);
    expect(drawNumber(2n ** 64n - 1n, 'query', 'ž'.repeat(1000))).toBe(0.47575342570406587);
  });

  it('do not depend on the ids drawn before', () => {
    const draw = createDraw(3, 'stratum');
    draw('x'.repeat(5000));
    expect(draw('short')).toBe(createDraw(3, 'stratum')('short'));
  });
});

it.each([-1, 1.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n])('refuses the seed %s', (seed) => {
  expect(() => seedText(seed)).toThrow(/unsigned integer below 2\^64/);
});
