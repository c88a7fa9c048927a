import { MOST_LABELS } from './confidence.ts';
import { ActiveLearningError, requireCount } from './errors.ts';
import { countAnswers, estimateClasses, estimateError, weighClasses } from './performance-estimate.ts';
import type { AuditAnswer, ErrorCriterion, ErrorEstimate, ErrorTarget } from './performance-estimate.ts';
import { HISTOGRAM_BINS } from './shard-summary.ts';

/** An audit answer with the probability that the threshold cuts. */
export interface ScoredAuditAnswer extends AuditAnswer {
  /** p(positive) = 1 − p(class 0). */
  positiveProbability: number;
}

/** Predicted positives have p(positive) ≥ 1/2, whatever the number of classes, since one class of theirs beats class 0. */
const LEAST_POSITIVE = 0.5;

/** The thresholds tried if none are given: every predicted positive (the argmax), and every edge of the histogram above. */
export const THRESHOLD_GRID: readonly number[] = [
  0,
  ...Array.from({ length: HISTOGRAM_BINS }, (_, bin) => bin / HISTOGRAM_BINS).filter((edge) => edge > LEAST_POSITIVE),
];

/** What the audit says of the catalogue cut at a threshold. */
export interface ThresholdTrial {
  /** The catalogue holds the predicted positives (argmax) whose p(positive) is at least this. */
  threshold: number;
  /** How many they are in the pool. */
  candidates: number;
  /** The error among them; its bounds hold for this threshold alone, not for the best of several. */
  estimate: ErrorEstimate;
  /** Whether the error is certified also in view of the other thresholds tried. */
  certified: boolean;
}

export interface CatalogueThreshold extends ThresholdTrial {
  /**
   * More labels that an audit of all predicted positives needs to certify this threshold if no more errors occur above it;
   * 0 if certified, MOST_LABELS if out of reach.
   */
  labelsToCertify: number;
  /** Every threshold of the grid, from the highest. */
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

function requireFewer(answers: number, candidates: number, threshold: number): void {
  if (answers > candidates)
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `${answers} audit answers lie above the threshold ${threshold}, but the histogram counts only ${candidates} ` +
        'candidates there; give the histogram of the summary that the audit was drawn from',
    );
}

/**
 * The lowest probability threshold at which the audit certifies the catalogue's error, with the guarantee holding for
 * whatever threshold comes out (family-wise): to look at many and keep the lowest that does well would be too optimistic.
 *
 * This is Learn-then-Test (Angelopoulos et al. 2021, arXiv 2110.01052) with exact tests in a fixed sequence: from the highest
 * threshold downwards, each at the target's full confidence, up to the first that fails. A breach needs the highest threshold
 * that breaks the target to pass its one test, hence is no likelier than 1 − confidence. Thresholds that could not be
 * certified if all answers above them were right are passed over; that depends on how many answers there are, not on what
 * they say, so it costs nothing. Nor does a threshold above which everything was audited: its error is known. Beside a
 * Bonferroni correction over a coarse grid, this certifies about twice as often from 200 labels.
 *
 * @returns the lowest certified threshold, or else that of the lowest upper bound with `certified` false
 * @throws {ActiveLearningError} for a grid off the histogram's edges
 */
export function chooseThreshold(answers: readonly ScoredAuditAnswer[], search: ThresholdSearch): CatalogueThreshold {
  const { target, criterion = 'positive', histogramByClass, perClass = false, grid = THRESHOLD_GRID } = search;
  requireGrid(grid);
  const classCount = histogramByClass.length;
  requireCount('histogramByClass.length', classCount, 2);

  let passing = true;
  const trials = grid
    .toSorted((a, b) => b - a)
    .map((threshold): ThresholdTrial => {
      const above = answers.filter(({ positiveProbability }) => positiveProbability >= threshold);
      const populations = histogramByClass.map((bins, c) =>
        c === 0 ? 0 : bins.slice(Math.round(threshold * HISTOGRAM_BINS)).reduce((sum, count) => sum + count, 0),
      );
      const candidates = populations.reduce((sum, count) => sum + count, 0);
      requireFewer(above.length, candidates, threshold);
      const estimateOf = (given: readonly AuditAnswer[]): ErrorEstimate =>
        perClass
          ? weighClasses(estimateClasses(given, classCount, criterion, target, populations), populations, target)
          : estimateError(countAnswers(given, criterion), target, candidates);
      const estimate = estimateOf(above);
      if (above.length === candidates) return { threshold, candidates, estimate, certified: estimate.certified };
      const certifiable = estimateOf(above.map(({ predicted }) => ({ predicted, answer: predicted }))).certified;
      if (certifiable) passing &&= estimate.certified;
      return { threshold, candidates, estimate, certified: certifiable && passing };
    });

  const lowestCertified = trials.findLast(({ certified }) => certified);
  const lowestBound = trials.toSorted((a, b) => a.estimate.upperBound - b.estimate.upperBound)[0];
  const chosen = lowestCertified ?? lowestBound;
  if (chosen === undefined) throw new ActiveLearningError('INVALID_ARGUMENT', 'There is no threshold to try');
  const { answered, labelsToCertify } = chosen.estimate;
  // Only some of an audit's rows lie above the threshold.
  const more = answered === 0 ? MOST_LABELS : Math.ceil((labelsToCertify * answers.length) / answered);
  return { ...chosen, labelsToCertify: chosen.certified ? 0 : Math.min(MOST_LABELS, more), trials };
}
