import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { ActiveLearningError, requireCount, requireOpenFraction } from './errors.ts';
import { isRefuted, mostMarked } from './hypergeometric.ts';

/** A closed interval of proportions. */
export interface Interval {
  lower: number;
  upper: number;
}

/** Searches for a number of labels end here: nobody labels more by eye. */
export const MOST_LABELS = 1_000_000;

function requireProportion(count: number, trials: number, confidence: number, population = Infinity): void {
  requireCount('trials', trials);
  requireCount('count', count);
  requireOpenFraction('confidence', confidence);
  if (count > trials) throw new ActiveLearningError('INVALID_ARGUMENT', `${count} of ${trials} is no proportion`);
  if (population !== Infinity) requireCount('population', population, trials);
}

/**
 * The exact one-sided upper bound of a proportion: with at least the given confidence the true proportion is not above it,
 * whatever it is. 1 without trials.
 *
 * @param count how many of the trials were such, from 0
 * @param population how many the trials were drawn from without replacement: the bound then is of the proportion among just
 *   these (hypergeometric). If not given it is of an endless supply (binomial: Clopper & Pearson 1934), which is never
 *   lower where fewer than half of the trials were such; where nearly all were, it can be a little lower
 */
export function upperBound(count: number, trials: number, confidence: number, population = Infinity): number {
  requireProportion(count, trials, confidence, population);
  if (trials === 0) return 1;
  if (population !== Infinity) return mostMarked(count, trials, population, confidence) / population;
  if (count === trials) return 1;
  // (1 − p)ⁿ = 1 − confidence solved for p, without the cancellation that small p would meet.
  if (count === 0) return -Math.expm1(Math.log1p(-confidence) / trials);
  return betaQuantile(confidence, count + 1, trials - count);
}

/** The exact one-sided lower bound of a proportion; 0 without trials. See upperBound. */
export function lowerBound(count: number, trials: number, confidence: number, population = Infinity): number {
  requireProportion(count, trials, confidence, population);
  if (trials === 0) return 0;
  if (population !== Infinity) return 1 - mostMarked(trials - count, trials, population, confidence) / population;
  if (count === 0) return 0;
  if (count === trials) return Math.exp(Math.log1p(-confidence) / trials);
  return betaQuantile(1 - confidence, count, trials - count + 1);
}

/** The exact two-sided (central) interval of a proportion: each side misses with at most half of 1 − confidence. */
export function interval(count: number, trials: number, confidence: number, population = Infinity): Interval {
  requireProportion(count, trials, confidence, population);
  const oneSided = (1 + confidence) / 2;
  return {
    lower: lowerBound(count, trials, oneSided, population),
    upper: upperBound(count, trials, oneSided, population),
  };
}

/**
 * How many audited labels, `wrong` of them wrong, certify an error of at most `maxError`: the smallest n whose one-sided
 * upper bound is not above it. For 6.5 % at 95 %: 45 with none wrong, 72 with 1, 117 with 3, 159 with 5, 258 with 10.
 *
 * @param population as in upperBound
 * @returns Infinity if it would take more than MOST_LABELS, or more than the population holds
 */
export function labelsNeeded(maxError: number, confidence: number, wrong = 0, population = Infinity): number {
  requireOpenFraction('maxError', maxError);
  requireOpenFraction('confidence', confidence);
  requireCount('wrong', wrong);
  const most = Math.min(MOST_LABELS, population);
  if (population === Infinity) return firstFrom(wrong + 1, most, (n) => upperBound(wrong, n, confidence) <= maxError);
  const tooMany = Math.floor(maxError * population) + 1;
  return firstFrom(wrong + 1, most, (n) => isRefuted(tooMany, wrong, n, population, confidence));
}

/**
 * How many audited labels certify an error of at most `maxError` if wrong ones keep coming at the rate seen so far
 * (rounded up to whole ones).
 *
 * @param population as in upperBound
 * @returns Infinity if the rate is not below maxError, or if it would take more than MOST_LABELS or the population holds
 */
export function labelsNeededAtRate(
  maxError: number,
  confidence: number,
  wrong: number,
  answered: number,
  population = Infinity,
): number {
  requireProportion(wrong, answered, confidence, population);
  requireOpenFraction('maxError', maxError);
  if (wrong === 0) return Math.max(answered, labelsNeeded(maxError, confidence, 0, population));
  const rate = wrong / answered;
  if (rate >= maxError) return Infinity;
  // With w wrong ones there are at most w / rate labels: the claim waits for the first w to which so many suffice.
  const mostLabels = (w: number): number => Math.min(population, Math.floor((w * answered) / wrong));
  const mostWrong = Math.ceil(Math.min(MOST_LABELS, population) * rate);
  const suffices = (w: number): boolean => labelsNeeded(maxError, confidence, w, population) <= mostLabels(w);
  const enough = firstFrom(wrong, mostWrong, suffices);
  if (enough === Infinity) return Infinity;
  return Math.max(answered, labelsNeeded(maxError, confidence, enough, population), mostLabels(enough - 1) + 1);
}

/** The smallest integer from `least` to `most` at which a predicate that stays true becomes true; Infinity if none. */
function firstFrom(least: number, most: number, holds: (n: number) => boolean): number {
  if (most < least) return Infinity;
  let below = least - 1;
  let step = 1;
  while (below + step < most && !holds(below + step)) {
    below += step;
    step *= 2;
  }
  let at = Math.min(below + step, most);
  if (!holds(at)) return Infinity;
  while (at - below > 1) {
    const middle = below + Math.floor((at - below) / 2);
    if (holds(middle)) at = middle;
    else below = middle;
  }
  return at;
}
