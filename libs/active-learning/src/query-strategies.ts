import { ActiveLearningError } from './errors.ts';
import { createDraw } from './priority.ts';
import type { Seed } from './priority.ts';

export const QUERY_STRATEGY_NAMES = ['entropy', 'least-confidence', 'margin', 'random'] as const;

/** How the spectra to ask about are ranked. */
export type QueryStrategyName = (typeof QUERY_STRATEGY_NAMES)[number];

/** Scores in rows of `classCount` probabilities, row-major, with one id a row. */
export interface ScoredRows {
  ids: readonly string[];
  /** rows × classCount, each row summing to one. */
  probabilities: Float32Array;
  classCount: number;
  /** Drives the random strategy only. */
  seed: Seed;
}

/** One value a row; the row of the largest value is asked about first. */
export type QueryStrategy = (scored: ScoredRows) => Float64Array;

/** Applies a function of one row's probabilities, which start at `offset`, to all rows. */
function eachRow(
  { ids, probabilities, classCount }: ScoredRows,
  valueOf: (probabilities: Float32Array, offset: number, classCount: number) => number,
): Float64Array {
  const values = new Float64Array(ids.length);
  for (let row = 0; row < values.length; row++) values[row] = valueOf(probabilities, row * classCount, classCount);
  return values;
}

/** Prediction entropy −Σ p ln p in nats, with 0 ln 0 = 0: the strategy of Škoda et al. 2020. */
const entropy: QueryStrategy = (scored) =>
  eachRow(scored, (probabilities, offset, classCount) => {
    let sum = 0;
    for (let i = offset; i < offset + classCount; i++) {
      const p = probabilities[i] ?? 0;
      // Rounding may leave p a little above one, whose logarithm would lower the entropy below zero.
      if (p > 0 && p < 1) sum -= p * Math.log(p);
    }
    return sum;
  });

/** 1 − p(most probable class). */
const leastConfidence: QueryStrategy = (scored) =>
  eachRow(scored, (probabilities, offset, classCount) => {
    let best = 0;
    for (let i = offset; i < offset + classCount; i++) best = Math.max(best, probabilities[i] ?? 0);
    return 1 - best;
  });

/** 1 − (p(most probable class) − p(second)), also known as breaking ties. */
const margin: QueryStrategy = (scored) =>
  eachRow(scored, (probabilities, offset, classCount) => {
    let best = 0;
    let second = 0;
    for (let i = offset; i < offset + classCount; i++) {
      const p = probabilities[i] ?? 0;
      if (p > best) {
        second = best;
        best = p;
      } else if (p > second) second = p;
    }
    return 1 - (best - second);
  });

/** The seeded draw number of the row's id: a simple random sample of the pool. */
const random: QueryStrategy = ({ ids, seed }) => Float64Array.from(ids, createDraw(seed, 'query'));

/** Every query strategy by its name. */
export const QUERY_STRATEGIES: Readonly<Record<QueryStrategyName, QueryStrategy>> = {
  entropy,
  'least-confidence': leastConfidence,
  margin,
  random,
};

/**
 * The strategy's value of every row.
 * @throws {ActiveLearningError} if the probabilities are not ids × classCount
 */
export function queryValues(strategy: QueryStrategyName, scored: ScoredRows): Float64Array {
  const { ids, probabilities, classCount } = scored;
  if (probabilities.length !== ids.length * classCount)
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `${ids.length} ids and ${classCount} classes need ${ids.length * classCount} probabilities, not ${probabilities.length}`,
    );
  return QUERY_STRATEGIES[strategy](scored);
}
