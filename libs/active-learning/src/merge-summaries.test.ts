import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardOf, scoredPool } from '../test/scored-pool.ts';
import type { ScoredPool } from '../test/scored-pool.ts';
import { mergeSummaries } from './merge-summaries.ts';
import { QUERY_STRATEGY_NAMES } from './query-strategies.ts';
import type { PoolSummary, ShardSummary, SummaryLimits } from './shard-summary.ts';
import { summariseShard } from './summarise-shard.ts';

const everything = fc.record({
  pool: scoredPool({ minLength: 0, maxLength: 120 }),
  partition: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 120, maxLength: 120 }),
  excluded: fc.array(fc.boolean(), { minLength: 120, maxLength: 120 }),
  strategy: fc.constantFrom(...QUERY_STRATEGY_NAMES),
  seed: fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  limits: fc.record<Required<SummaryLimits>>({
    uncertain: fc.integer({ min: 0, max: 30 }),
    perClass: fc.integer({ min: 0, max: 10 }),
    positives: fc.integer({ min: 0, max: 15 }),
    random: fc.integer({ min: 0, max: 15 }),
    perStratum: fc.integer({ min: 0, max: 6 }),
  }),
});

/** Where a row lay is all that may differ between one shard and several. */
function withoutPlaces({ shards: _, ...summary }: PoolSummary): unknown {
  return JSON.parse(JSON.stringify(summary, (key, value: unknown) => (key === 'shard' || key === 'row' ? 0 : value)));
}

function summariesOf(
  pool: ScoredPool,
  partition: readonly number[],
  rest: { excluded: boolean[] } & Pick<Parameters<typeof shardOf>[2], 'strategy' | 'seed' | 'limits'>,
): ShardSummary[] {
  const excludedIds = new Set(pool.ids.filter((_, at) => rest.excluded[at]));
  return [...new Set(partition.slice(0, pool.ids.length)), 99].map((shard) => {
    const places = pool.ids.flatMap((_, at) => (partition[at] === shard ? [at] : []));
    return summariseShard(shardOf(pool, places, { ...rest, shard, excludedIds }));
  });
}

describe('merged summaries', () => {
  it('of any partition equal the summary of all rows at once', () => {
    fc.assert(
      fc.property(everything, ({ pool, partition, ...rest }) => {
        const merged = mergeSummaries(summariesOf(pool, partition, rest));
        const whole = mergeSummaries(summariesOf(pool, new Array<number>(120).fill(0), rest));
        expect(withoutPlaces(merged)).toEqual(withoutPlaces(whole));
      }),
    );
  });

  it('do not depend on the order or grouping of the merge', () => {
    fc.assert(
      fc.property(everything, fc.integer({ min: 1, max: 5 }), ({ pool, partition, ...rest }, cut) => {
        const summaries = summariesOf(pool, partition, rest);
        const together = mergeSummaries(summaries);
        expect(mergeSummaries(summaries.toReversed())).toEqual(together);
        const [left, right] = [summaries.slice(0, cut), summaries.slice(cut)];
        const parts = [right, left].filter((part) => part.length > 0).map(mergeSummaries);
        expect(mergeSummaries(parts)).toEqual(together);
      }),
    );
  });

  it('keep to their limits, and their counts add up', () => {
    fc.assert(
      fc.property(everything, ({ pool, partition, ...rest }) => {
        const merged = mergeSummaries(summariesOf(pool, partition, rest));
        const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
        expect(merged.rows + merged.excluded).toBe(pool.ids.length);
        expect(sum(merged.classCounts)).toBe(merged.rows);
        expect(sum(merged.histogram)).toBe(merged.rows);
        expect(merged.histogramByClass.map(sum)).toEqual(merged.classCounts);
        expect(sum(merged.stratumCounts)).toBe(merged.rows);
        const positives = merged.rows - (merged.classCounts[0] ?? 0);
        expect(merged.uncertain).toHaveLength(Math.min(rest.limits.uncertain, merged.rows));
        expect(merged.positives).toHaveLength(Math.min(rest.limits.positives, positives));
        expect(merged.random).toHaveLength(Math.min(rest.limits.random, merged.rows));
        expect(merged.positives.every(({ predicted }) => predicted !== 0)).toBe(true);
        const excludedIds = new Set(pool.ids.filter((_, at) => rest.excluded[at]));
        const kept = [merged.uncertain, merged.positives, merged.random, ...merged.strata].flat();
        expect(kept.some(({ id }) => excludedIds.has(id))).toBe(false);
      }),
    );
  });

  const pool: ScoredPool = {
    ids: ['b', 'a'],
    probabilities: Float32Array.from([0.5, 0.5, 0, 0.5, 0.5, 0]),
    features: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  };
  const settings = {
    shard: 0,
    strategy: 'margin',
    seed: 1,
    limits: { uncertain: 5, perClass: 5, positives: 5, random: 5 },
  } as const;

  it('order ties by id, and carry copies of the features', () => {
    const summary = summariseShard(shardOf(pool, [0, 1], settings));
    expect(summary.uncertain.map(({ id, row }) => [id, row])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    expect(summary.uncertain[0]?.features).toEqual(Float32Array.from([5, 6, 7, 8]));
    expect(summary.uncertain[0]?.features?.buffer.byteLength).toBe(16);
  });

  it('are refused for other settings, for a shard that comes twice, and for none', () => {
    const one = summariseShard(shardOf(pool, [0], settings));
    const other = summariseShard(shardOf(pool, [1], { ...settings, shard: 1, seed: 2 }));
    expect(() => mergeSummaries([one, other])).toThrow(/shard 0 has 3 classes, margin, seed 1.*shard 1 has .*seed 2/);
    expect(() => mergeSummaries([one, one])).toThrow('Shard 0 comes twice');
    expect(() => mergeSummaries([])).toThrow('no summary');
  });

  it.each([
    ['a NaN', [Number.NaN, 0, 0]],
    ['a negative probability', [1.5, -0.5, 0]],
    ['a sum that is not one', [0.5, 0.1, 0.1]],
  ])('never come of %s', (_, row) => {
    const broken = { ...pool, probabilities: Float32Array.from([...row, ...row]) };
    expect(() => summariseShard(shardOf(broken, [0], settings))).toThrow(/Shard 0, row 0 \(b\)/);
  });

  it('are refused for features that are not whole rows', () => {
    const shard = { ...shardOf(pool, [0, 1], settings), features: new Float32Array(3) };
    expect(() => summariseShard(shard)).toThrow('3 feature values do not divide into 2 rows');
  });
});
