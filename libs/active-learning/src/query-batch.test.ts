import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASSES, rarePool, scoredPool, shardOf } from '../test/scored-pool.ts';
import type { ScoredPool } from '../test/scored-pool.ts';
import { mergeSummaries } from './merge-summaries.ts';
import { selectBatch, summaryLimitsFor } from './query-batch.ts';
import type { QueryPlan } from './query-batch.ts';
import { QUERY_STRATEGY_NAMES } from './query-strategies.ts';
import type { PoolSummary, SummaryLimits } from './shard-summary.ts';
import { summariseShard } from './summarise-shard.ts';

interface Scoring {
  strategy: (typeof QUERY_STRATEGY_NAMES)[number];
  seed: number;
}

function summarise(pool: ScoredPool, limits: SummaryLimits, scoring: Scoring): PoolSummary {
  const shards = Math.ceil(pool.ids.length / 37);
  return mergeSummaries(
    Array.from({ length: Math.max(1, shards) }, (_, shard) => {
      const places = pool.ids.flatMap((__, at) => (at % shards === shard ? [at] : []));
      return summariseShard(shardOf(pool, places, { ...scoring, shard, limits }));
    }),
  );
}

const NO_LIMITS = { uncertain: 1e6, perClass: 1e6, positives: 1e6, random: 1e6 };

const plans = fc
  .record({
    quotas: fc.dictionary(fc.constantFrom('0', '1', '2'), fc.integer({ min: 0, max: 6 })),
    clusters: fc.integer({ min: 0, max: 3 }),
    random: fc.integer({ min: 0, max: 5 }),
    ranked: fc.integer({ min: 0, max: 20 }),
    auditSize: fc.integer({ min: 0, max: 15 }),
    auditPerClass: fc.boolean(),
    laterLabels: fc.array(fc.nat({ max: 149 }), { maxLength: 5 }),
  })
  .map(({ quotas, ranked, laterLabels, ...rest }) => ({
    laterLabels,
    plan: {
      ...rest,
      quotas,
      classes: CLASSES,
      size: ranked + rest.clusters + rest.random + Object.values(quotas).reduce((a, b) => a + b, 0),
    } satisfies QueryPlan,
  }));

const cases = fc.record({
  pool: scoredPool({ minLength: 0, maxLength: 150 }),
  strategy: fc.constantFrom(...QUERY_STRATEGY_NAMES),
  seed: fc.nat(),
  plan: plans,
});

describe('a batch', () => {
  it('has exactly the rows asked for, each once, queries and audit apart, and none labelled since', () => {
    fc.assert(
      fc.property(cases, ({ pool, strategy, seed, plan: { plan, laterLabels } }) => {
        const excludedIds = new Set(laterLabels.flatMap((at) => pool.ids[at] ?? []));
        const summary = summarise(pool, summaryLimitsFor(plan, excludedIds.size), { strategy, seed });
        const { queries, audit } = selectBatch(summary, { ...plan, excludedIds });
        const ids = [...queries, ...audit].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.some((id) => excludedIds.has(id))).toBe(false);
        expect(queries).toHaveLength(Math.min(plan.size, pool.ids.length - excludedIds.size - audit.length));
        expect(audit.every(({ predicted }) => predicted !== 0)).toBe(true);
        for (const { inclusionProbability } of [...queries, ...audit]) {
          expect(inclusionProbability).toBeGreaterThan(0);
          expect(inclusionProbability).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is the batch that unlimited summaries give', () => {
    fc.assert(
      fc.property(cases, ({ pool, strategy, seed, plan: { plan, laterLabels } }) => {
        const excludedIds = new Set(laterLabels.flatMap((at) => pool.ids[at] ?? []));
        const limited = summarise(pool, summaryLimitsFor(plan, excludedIds.size), { strategy, seed });
        const unlimited = summarise(pool, NO_LIMITS, { strategy, seed });
        const later = { ...plan, excludedIds };
        expect(selectBatch(limited, later)).toEqual(selectBatch(unlimited, later));
      }),
    );
  });

  it('holds at least the quota of a class, as far as the pool has it', () => {
    fc.assert(
      fc.property(cases, ({ pool, strategy, seed, plan: { plan } }) => {
        const summary = summarise(pool, summaryLimitsFor(plan), { strategy, seed });
        const { queries, audit } = selectBatch(summary, plan);
        for (const [classIndex, quota] of Object.entries(plan.quotas)) {
          const isOfClass = ({ predicted }: { predicted: number }): boolean => predicted === Number(classIndex);
          const available = (summary.classCounts[Number(classIndex)] ?? 0) - audit.filter(isOfClass).length;
          const random = queries.filter((row) => row.rule === 'random' && isOfClass(row)).length;
          expect(queries.filter((row) => row.rule === 'quota' && isOfClass(row))).toHaveLength(
            Math.min(quota, available - random),
          );
        }
      }),
    );
  });

  const pool = rarePool(3000, 11);
  const plan: QueryPlan = { size: 40, quotas: { 2: 5 }, clusters: 6, random: 4, auditSize: 30, classes: CLASSES };
  const summary = summarise(pool, summaryLimitsFor(plan), { strategy: 'margin', seed: 5 });

  it('says why each row is in it', () => {
    const { queries, audit } = selectBatch(summary, plan);
    const reasons = (rule: string): string[] => queries.filter((row) => row.rule === rule).map(({ reason }) => reason);
    expect(reasons('quota')).toEqual(new Array(5).fill('double-peak quota'));
    expect(reasons('cluster').toSorted()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `cluster ${n}`));
    expect(reasons('random')).toEqual(new Array(4).fill('random'));
    expect(reasons('rank').every((reason) => /^margin rank \d+$/.test(reason))).toBe(true);
    expect(reasons('rank')).toHaveLength(25);
    expect(audit.every(({ reason }) => reason === 'audit')).toBe(true);
  });

  it('takes the most uncertain rows first, and gives each draw its inclusion probability', () => {
    const { queries, audit } = selectBatch(summary, plan);
    const values = queries.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    const leastRanked = Math.min(...queries.filter(({ rule }) => rule === 'rank').map(({ value }) => value));
    const taken = new Set([...queries, ...audit].map(({ id }) => id));
    expect(summary.uncertain.filter(({ id, value }) => value > leastRanked && !taken.has(id))).toEqual([]);
    const positives = summary.rows - (summary.classCounts[0] ?? 0);
    expect(audit[0]?.inclusionProbability).toBe(30 / positives);
    expect(queries.find(({ rule }) => rule === 'random')?.inclusionProbability).toBe(4 / (3000 - 30));
    expect(queries.find(({ rule }) => rule === 'rank')?.inclusionProbability).toBe(1);
  });

  it('of the random strategy states the probability of its ranks', () => {
    const simple = { size: 30, auditSize: 0, classes: CLASSES };
    const random = summarise(pool, summaryLimitsFor(simple), { strategy: 'random', seed: 5 });
    expect(selectBatch(random, simple).queries.map(({ inclusionProbability }) => inclusionProbability)).toEqual(
      new Array(30).fill(30 / 3000),
    );
  });

  it('can audit each class apart', () => {
    const perClass = { size: 0, auditSize: 12, auditPerClass: true, classes: CLASSES };
    const { audit } = selectBatch(
      summarise(pool, summaryLimitsFor(perClass), { strategy: 'margin', seed: 5 }),
      perClass,
    );
    expect(audit.map(({ predicted }) => predicted)).toEqual([...new Array(12).fill(1), ...new Array(12).fill(2)]);
  });

  it('is refused from summaries that keep too little, rather than drawn wrong', () => {
    const small = summarise(pool, { ...summaryLimitsFor(plan), uncertain: 10 }, { strategy: 'margin', seed: 5 });
    expect(() => selectBatch(small, plan)).toThrow(/keeps 10 of 3000 rows of the list 'uncertain'/);
  });

  it.each<[string, Partial<QueryPlan>, string]>([
    ['more reserved than the size', { size: 10 }, 'exceed the batch of 10'],
    ['a quota of no class', { quotas: { 3: 1 } }, 'plan.quotas[3]: there are 3 classes'],
    ['other classes than scored', { classes: ['no', 'yes'], quotas: {} }, 'names 2 classes, but the summary is of 3'],
    ['a size that is no count', { size: 1.5 }, 'plan.size must be an integer'],
  ])('is refused for %s', (_, change, message) => {
    expect(() => selectBatch(summary, { ...plan, ...change })).toThrow(message);
  });

  it('needs features for clusters', () => {
    const bare = { ...summary, uncertain: summary.uncertain.map(({ features: _, ...row }) => row) };
    expect(() => selectBatch(bare, plan)).toThrow(/carries no features to cluster by/);
  });
});

describe('the audit', () => {
  it('finds the share of uncertain rows among the positives, although the queries ask for just these', () => {
    const pool = rarePool(2000, 3);
    const plan: QueryPlan = { size: 40, auditSize: 25, classes: CLASSES };
    const isUncertain = ({ value }: { value: number }): boolean => value > 0.5;
    const all = summarise(pool, NO_LIMITS, { strategy: 'margin', seed: 1 }).positives;
    const truth = all.filter(isUncertain).length / all.length;
    let found = 0;
    const runs = 200;
    for (let seed = 0; seed < runs; seed++) {
      const batch = selectBatch(summarise(pool, summaryLimitsFor(plan), { strategy: 'margin', seed }), plan);
      found += batch.audit.filter(isUncertain).length;
    }
    // 5,000 draws: the standard error of a share is below 0.0071.
    expect(Math.abs(found / (runs * 25) - truth)).toBeLessThan(0.03);
  });
});
