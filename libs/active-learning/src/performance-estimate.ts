import { MOST_LABELS, interval, labelsNeeded, labelsNeededAtRate, upperBound } from './confidence.ts';
import type { Interval } from './confidence.ts';
import { ActiveLearningError, requireCount, requireOpenFraction } from './errors.ts';

/** One audited spectrum: what the model said, and what the annotators said. */
export interface AuditAnswer {
  /** The predicted class, a positive one. */
  predicted: number;
  /** The class labelled, or 'undecided' if people could not tell. */
  answer: number | 'undecided';
}

/**
 * What counts as right: 'positive', any emission (the spectrum is of any class but 0), or 'exact', the predicted class. The
 * figures of Škoda et al. 2020, 92/100 and 70/81, are exact, of each class.
 */
export type ErrorCriterion = 'positive' | 'exact';

export const ERROR_CRITERIA: readonly ErrorCriterion[] = ['positive', 'exact'];

/** The claim to certify: with `confidence`, at most `maxError` of the predicted positives are wrong. */
export interface ErrorTarget {
  maxError: number;
  confidence: number;
}

/** The error of a set of predictions, from a simple random sample of them. Undecided answers count as wrong. */
export interface ErrorEstimate {
  /** Answers: right + wrong + undecided. */
  answered: number;
  right: number;
  wrong: number;
  undecided: number;
  /** (wrong + undecided) / answered; null without answers. */
  error: number | null;
  /** The exact two-sided interval of the error, to show. */
  interval: Interval;
  /** The exact one-sided upper bound of the error, to certify. */
  upperBound: number;
  /** Whether the upper bound meets the target. */
  certified: boolean;
  /** More labels that certify the target if no more errors occur; MOST_LABELS if out of reach. */
  labelsToCertify: number;
  /** More labels that certify it if errors keep their present rate; MOST_LABELS if out of reach. */
  labelsToCertifyAtPresentRate: number;
}

/** The audit's outcome under one criterion. */
export interface CriterionEstimate {
  overall: ErrorEstimate;
  /** One estimate a class, by predicted class; null for class 0, which is not audited. */
  byClass: (ErrorEstimate | null)[];
}

export interface PerformanceEstimate {
  target: ErrorTarget;
  /** The criterion that the target is meant by. */
  criterion: ErrorCriterion;
  positive: CriterionEstimate;
  exact: CriterionEstimate;
  /** Whether the target is met over all, under its criterion. */
  certified: boolean;
}

export interface AuditDesign {
  classCount: number;
  target: ErrorTarget;
  /** 'positive' if not given. */
  criterion?: ErrorCriterion;
  /**
   * Given if the audit was drawn from each class apart: the predicted number of each class. The overall error then weighs
   * the classes by it, and its bounds share the risk among them (Bonferroni); all bounds are of just these spectra.
   */
  populations?: readonly number[];
  /**
   * Given if the audit was drawn from all positives together: the predicted number of each class. The bounds then are of the
   * error among just these spectra, which is known the better the more of them were audited.
   */
  drawnFrom?: readonly number[];
}

/** Answers of each outcome. */
export interface AnswerCounts {
  right: number;
  wrong: number;
  undecided: number;
}

/** Counts the answers that are right, wrong and undecided under a criterion. */
export function countAnswers(answers: readonly AuditAnswer[], criterion: ErrorCriterion): AnswerCounts {
  const counts = { right: 0, wrong: 0, undecided: 0 };
  for (const { predicted, answer } of answers) {
    if (answer === 'undecided') counts.undecided++;
    else if (criterion === 'exact' ? answer === predicted : answer !== 0) counts.right++;
    else counts.wrong++;
  }
  return counts;
}

/** More labels than answered, in numbers that JSON can hold. */
const moreLabels = (needed: number, answered: number): number => Math.min(MOST_LABELS, Math.max(0, needed - answered));

/**
 * The error estimate from counts of a simple random sample's answers.
 *
 * @param population how many the sample was drawn from; its bounds are of an endless supply if not given
 * @throws {ActiveLearningError} for impossible counts or a target outside (0, 1)
 */
export function estimateError(
  { right, wrong, undecided }: AnswerCounts,
  { maxError, confidence }: ErrorTarget,
  population = Infinity,
): ErrorEstimate {
  for (const [name, count] of Object.entries({ right, wrong, undecided })) requireCount(name, count);
  requireOpenFraction('target.maxError', maxError);
  const answered = right + wrong + undecided;
  const errors = wrong + undecided;
  const bound = upperBound(errors, answered, confidence, population);
  const certified = bound <= maxError;
  const needed = (): number => labelsNeeded(maxError, confidence, errors, population);
  const neededAtRate = (): number => labelsNeededAtRate(maxError, confidence, errors, answered, population);
  return {
    answered,
    right,
    wrong,
    undecided,
    error: answered === 0 ? null : errors / answered,
    interval: interval(errors, answered, confidence, population),
    upperBound: bound,
    certified,
    labelsToCertify: certified ? 0 : moreLabels(needed(), answered),
    labelsToCertifyAtPresentRate: certified ? 0 : moreLabels(neededAtRate(), answered),
  };
}

/** The estimate of each predicted class; null for class 0, which is not audited. */
export function estimateClasses(
  answers: readonly AuditAnswer[],
  classCount: number,
  criterion: ErrorCriterion,
  target: ErrorTarget,
  populations?: readonly number[],
): (ErrorEstimate | null)[] {
  return Array.from({ length: classCount }, (_, c) => {
    if (c === 0) return null;
    const ofClass = answers.filter(({ predicted }) => predicted === c);
    return estimateError(countAnswers(ofClass, criterion), target, populations?.[c]);
  });
}

/**
 * The overall estimate when each class was audited apart: classes weighted by their populations, the risk of their bounds
 * shared among them.
 */
export function weighClasses(
  byClass: readonly (ErrorEstimate | null)[],
  populations: readonly number[],
  target: ErrorTarget,
): ErrorEstimate {
  const strata = byClass.flatMap((estimate, c) => {
    const population = populations[c] ?? 0;
    return estimate === null || population === 0 ? [] : [{ estimate, population }];
  });
  const total = strata.reduce((sum, { population }) => sum + population, 0);
  const sharedConfidence = 1 - (1 - target.confidence) / strata.length;
  const shared = strata.map(({ estimate, population }) => ({
    weight: population / total,
    // The same answers, judged at the shared confidence.
    estimate: estimateError(estimate, { maxError: target.maxError, confidence: sharedConfidence }, population),
  }));
  const sum = (of: (estimate: ErrorEstimate) => number): number =>
    shared.reduce((all, { estimate }) => all + of(estimate), 0);
  const weigh = (of: (estimate: ErrorEstimate) => number): number =>
    shared.reduce((all, { estimate, weight }) => all + weight * of(estimate), 0);
  const bound = total === 0 ? 1 : weigh((e) => e.upperBound);
  const certified = bound <= target.maxError;
  // Every class meeting the target at the shared confidence is enough, though more than is needed.
  const more = (of: (estimate: ErrorEstimate) => number): number => (certified ? 0 : Math.min(MOST_LABELS, sum(of)));
  return {
    answered: sum((e) => e.answered),
    right: sum((e) => e.right),
    wrong: sum((e) => e.wrong),
    undecided: sum((e) => e.undecided),
    error: total === 0 || shared.some(({ estimate }) => estimate.error === null) ? null : weigh((e) => e.error ?? 0),
    interval:
      total === 0
        ? { lower: 0, upper: 1 }
        : { lower: weigh((e) => e.interval.lower), upper: weigh((e) => e.interval.upper) },
    upperBound: bound,
    certified,
    labelsToCertify: more((e) => e.labelsToCertify),
    labelsToCertifyAtPresentRate: more((e) => e.labelsToCertifyAtPresentRate),
  };
}

const positivesOf = (classCounts: readonly number[] | undefined): number =>
  classCounts?.slice(1).reduce((sum, count) => sum + count, 0) ?? Infinity;

/**
 * Estimates the error of the predicted positives, over all and of each predicted class, from the answers to an audit drawn
 * by selectBatch. Give the answers of a whole audit: leaving out those not yet given would bias it.
 *
 * @throws {ActiveLearningError} for a class out of range or a target outside (0, 1)
 */
export function estimatePerformance(answers: readonly AuditAnswer[], design: AuditDesign): PerformanceEstimate {
  const { classCount, target, criterion = 'positive', populations, drawnFrom } = design;
  requireCount('classCount', classCount, 2);
  const classCounts = populations ?? drawnFrom;
  if (classCounts !== undefined && classCounts.length !== classCount)
    throw new ActiveLearningError('INVALID_ARGUMENT', `${classCounts.length} populations for ${classCount} classes`);
  for (const [at, { predicted, answer }] of answers.entries()) {
    const isClass = (c: number): boolean => Number.isInteger(c) && c >= 0 && c < classCount;
    if (predicted === 0 || !isClass(predicted) || (answer !== 'undecided' && !isClass(answer)))
      throw new ActiveLearningError(
        'INVALID_ARGUMENT',
        `Audit answer ${at} (predicted ${predicted}, answer ${answer}): predictions are of class 1 to ${classCount - 1}, ` +
          `answers of class 0 to ${classCount - 1} or undecided`,
      );
  }
  const under = (each: ErrorCriterion): CriterionEstimate => {
    const byClass = estimateClasses(answers, classCount, each, target, classCounts);
    const overall =
      populations === undefined
        ? estimateError(countAnswers(answers, each), target, positivesOf(drawnFrom))
        : weighClasses(byClass, populations, target);
    return { overall, byClass };
  };
  const estimates = { positive: under('positive'), exact: under('exact') };
  return { target, criterion, ...estimates, certified: estimates[criterion].overall.certified };
}
