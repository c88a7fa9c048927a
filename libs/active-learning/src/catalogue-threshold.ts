import { ActiveLearningError, requireCount } from './errors.ts';
import { countAnswers, estimateClasses, estimateError, weighClasses } from './performance-estimate.ts';
import type { AuditAnswer, ErrorCriterion, ErrorEstimate, ErrorTarget } from './performance-estimate.ts';
import { HISTOGRAM_BINS } from './shard-summary.ts';

/** An audit answer with the probability that the threshold cuts. */
export interface ScoredAuditAnswer extends AuditAnswer {
  /** p(positive) = 1 − p(class 0). */
  positiveProbability: number;
}

/**
 * The thresholds tried if none are given: few, because each shares the risk. 0 takes every predicted positive (the argmax).
 */
export const THRESHOLD_GRID: readonly number[] = [0, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

/** What the audit says of the catalogue cut at a threshold. */
export interface ThresholdTrial {
  /** The catalogue holds the predicted positives (argmax) whose p(positive) is at least this. */
  threshold: number;
  /** How many they are in the pool. */
  candidates: number;
  /** The confidence that this trial had to reach, above the target's own because several thresholds are tried. */
  confidence: number;
  /** The error among them, its bounds at the trial's confidence. */
  estimate: ErrorEstimate;
}

export interface CatalogueThreshold extends ThresholdTrial {
  /** Whether the catalogue's error is certified to be at most the target's. */
  certified: boolean;
  /**
   * More labels that an audit of all predicted positives needs to certify this threshold if no more errors occur above it;
   * 0 if certified, Infinity if none of the answers lies above it.
   */
  labelsToCertify: number;
  /** Every threshold tried, from the highest. */
  trials: ThresholdTrial[];
}

export interface ThresholdSearch {
  target: ErrorTarget;
  /** 'positive' if not given. */
  criterion?: ErrorCriterion;
  /** Counts of p(positive) by predicted class, from the merged summary that the audit was drawn from. */
  histogramByClass: readonly (readonly number[])[];
  /** Whether the audit was drawn from each class apart. */
  perClass?: boolean;
  /** Thresholds in [0, 1), at edges of the histogram; to be fixed before the answers are seen. THRESHOLD_GRID if not given. */
  grid?: readonly number[];
}

function requireGrid(grid: readonly number[]): void {
  const onEdge = (t: number): boolean => Math.abs(t * HISTOGRAM_BINS - Math.round(t * HISTOGRAM_BINS)) < 1e-9;
  if (grid.length === 0 || new Set(grid).size < grid.length || !grid.every((t) => t >= 0 && t < 1 && onEdge(t)))
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `Thresholds are different multiples of ${1 / HISTOGRAM_BINS} in [0, 1), not [${grid.join(', ')}]`,
    );
}

/**
 * The lowest probability threshold at which the audit certifies the catalogue's error, with the guarantee holding for
 * whatever threshold comes out (family-wise): trying several thresholds on the same answers and keeping the best would
 * otherwise be too optimistic. This is Learn-then-Test (Angelopoulos et al. 2021, arXiv 2110.01052) with exact
 * Clopper–Pearson tests and the fallback procedure (Wiens 2003): the risk 1 − confidence is split evenly among the
 * thresholds, which are tried from the highest down, and a certified one passes its risk on to the next.
 *
 * @returns the lowest certified threshold, or else that of the lowest upper bound with `certified` false
 * @throws {ActiveLearningError} for a grid off the histogram's edges
 */
export function chooseThreshold(answers: readonly ScoredAuditAnswer[], search: ThresholdSearch): CatalogueThreshold {
  const { target, criterion = 'positive', histogramByClass, perClass = false, grid = THRESHOLD_GRID } = search;
  requireGrid(grid);
  const classCount = histogramByClass.length;
  requireCount('histogramByClass.length', classCount, 2);
  const share = (1 - target.confidence) / grid.length;

  let risk = 0;
  const trials = grid
    .toSorted((a, b) => b - a)
    .map((threshold): ThresholdTrial => {
      risk += share;
      const above = answers.filter(({ positiveProbability }) => positiveProbability >= threshold);
      const populations = histogramByClass.map((bins, c) =>
        c === 0 ? 0 : bins.slice(Math.round(threshold * HISTOGRAM_BINS)).reduce((sum, count) => sum + count, 0),
      );
      const shared = { maxError: target.maxError, confidence: 1 - risk };
      const estimate = perClass
        ? weighClasses(estimateClasses(above, classCount, criterion, shared), populations, shared)
        : estimateError(countAnswers(above, criterion), shared);
      if (!estimate.certified) risk = 0;
      const candidates = populations.reduce((sum, count) => sum + count, 0);
      return { threshold, candidates, confidence: shared.confidence, estimate };
    });

  const lowestCertified = trials.findLast(({ estimate }) => estimate.certified);
  const lowestBound = trials.toSorted((a, b) => a.estimate.upperBound - b.estimate.upperBound)[0];
  const chosen = lowestCertified ?? lowestBound;
  if (chosen === undefined) throw new ActiveLearningError('INVALID_ARGUMENT', 'There is no threshold to try');
  const { answered, labelsToCertify, certified } = chosen.estimate;
  return {
    ...chosen,
    certified,
    // Only some of an audit's rows lie above the threshold.
    labelsToCertify: certified
      ? 0
      : answered === 0
        ? Infinity
        : Math.ceil((labelsToCertify * answers.length) / answered),
    trials,
  };
}
