import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../test/random-numbers.ts';
import { rarePool, shardOf } from '../test/scored-pool.ts';
import { mergeSummaries } from './merge-summaries.ts';
import { estimatePool, selectPoolAudit } from './pool-estimate.ts';
import type { StratumAnswer } from './pool-estimate.ts';
import { SCORE_STRATA } from './shard-summary.ts';
import { summariseShard } from './summarise-shard.ts';

const pool = rarePool(4000, 21);
const everything = pool.ids.map((_, at) => at);
const summariseWith = (perStratum: number, seed: number) =>
  mergeSummaries([
    summariseShard(
      shardOf(pool, everything, {
        shard: 0,
        strategy: 'margin',
        seed,
        limits: { uncertain: 0, perClass: 0, positives: 0, random: 0, perStratum },
      }),
    ),
  ]);

describe('the stratified audit of the pool', () => {
  it('draws as many rows of each stratum as asked for, with their inclusion probabilities', () => {
    const summary = summariseWith(50, 1);
    const rows = selectPoolAudit(summary, 50);
    for (const [stratum, population] of summary.stratumCounts.entries()) {
      const drawn = rows.filter((row) => row.stratum === stratum);
      expect(drawn).toHaveLength(Math.min(50, population));
      for (const row of drawn) {
        expect(row.inclusionProbability).toBe(drawn.length / population);
        expect(1 - (row.probabilities[0] ?? 0)).toBeGreaterThanOrEqual(SCORE_STRATA[stratum] ?? 1);
        expect(1 - (row.probabilities[0] ?? 0)).toBeLessThan(SCORE_STRATA[stratum + 1] ?? 2);
      }
    }
  });

  it('is refused from a summary that keeps fewer', () => {
    expect(() => selectPoolAudit(summariseWith(10, 1), 20)).toThrow(/keeps 10 rows of stratum/);
  });

  it('estimates recall and precision without bias, in intervals that hold', () => {
    // A known sky: the network is calibrated, so p(positive) is the share of positives at each probability.
    const random = randomNumbers(33);
    const truth = new Map(pool.ids.map((id, at) => [id, random() < 1 - (pool.probabilities[at * 3] ?? 0)]));
    const inCatalogue = new Map(pool.ids.map((id, at) => [id, (pool.probabilities[at * 3] ?? 0) < 0.5]));
    const count = (holds: (id: string) => boolean | undefined): number => pool.ids.filter(holds).length;
    const found = count((id) => truth.get(id) && inCatalogue.get(id));
    const recall = found / count((id) => truth.get(id));
    const precision = found / count((id) => inCatalogue.get(id));

    const runs = 60;
    const sums = { recall: 0, precision: 0, covered: 0 };
    for (let seed = 0; seed < runs; seed++) {
      const summary = summariseWith(150, seed);
      const answers = selectPoolAudit(summary, 150).map(({ id, stratum }): StratumAnswer => ({
        stratum,
        inCatalogue: inCatalogue.get(id) ?? false,
        answer: truth.get(id) ? 1 : 0,
      }));
      const estimate = estimatePool(answers, summary.stratumCounts, 0.95);
      sums.recall += estimate.recall.estimate ?? 0;
      sums.precision += estimate.precision.estimate ?? 0;
      const holds = ({ lower, upper }: { lower: number; upper: number }, value: number): boolean =>
        lower <= value && value <= upper;
      if (holds(estimate.recall.interval, recall) && holds(estimate.precision.interval, precision)) sums.covered++;
    }
    expect(Math.abs(sums.recall / runs - recall)).toBeLessThan(0.03);
    expect(Math.abs(sums.precision / runs - precision)).toBeLessThan(0.03);
    expect(sums.covered / runs).toBeGreaterThanOrEqual(0.95);
  });

  it('is exact where every row was audited, and takes undecided as perhaps missed', () => {
    const answers: StratumAnswer[] = [
      { stratum: 0, inCatalogue: false, answer: 0 },
      { stratum: 0, inCatalogue: false, answer: 'undecided' },
      { stratum: 1, inCatalogue: true, answer: 1 },
      { stratum: 1, inCatalogue: true, answer: 2 },
      { stratum: 1, inCatalogue: true, answer: 0 },
    ];
    const { positives, precision, recall } = estimatePool(answers, [2, 3], 0.95);
    expect(positives).toEqual({ estimate: 2, interval: { lower: 2, upper: 2 } });
    expect(precision).toEqual({ estimate: 2 / 3, interval: { lower: 2 / 3, upper: 2 / 3 } });
    expect(recall).toEqual({ estimate: 1, interval: { lower: 2 / 3, upper: 1 } });
  });

  it('claims nothing of a stratum that was not audited', () => {
    const { recall } = estimatePool([{ stratum: 1, inCatalogue: true, answer: 1 }], [1000, 1], 0.95);
    expect(recall.estimate).toBeNull();
    expect(recall.interval.lower).toBeLessThan(0.001);
    expect(recall.interval.upper).toBe(1);
  });

  it('refuses answers that the strata can’t hold', () => {
    const answer = { stratum: 0, inCatalogue: true, answer: 1 };
    expect(() => estimatePool([answer, answer], [1], 0.95)).toThrow('More audit answers than rows');
    expect(() => estimatePool([{ ...answer, stratum: 4 }], [1], 0.95)).toThrow('of no known stratum');
  });
});
