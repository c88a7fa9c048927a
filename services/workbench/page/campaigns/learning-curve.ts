import type { ErrorEstimate, Iteration } from '@spectrawl/contracts';

/** What an audit said of one model. */
export interface LearningPoint {
  iteration: number;
  /** Labels that annotators had given in the campaign when its model was trained. */
  labels: number;
  /** Fraction of the predicted positives that was wrong in the audit. */
  error: number;
  /** Exact two-sided bounds of the error. */
  lower: number;
  upper: number;
  /** One-sided bound: with the campaign's confidence the error is below it. */
  bound: number;
  audited: number;
  right: number;
  certified: boolean;
}

/** The audited error of each iteration's model, by labels spent; iterations without an answered audit have no point. */
export function learningCurve(iterations: readonly Iteration[], className?: string): LearningPoint[] {
  return iterations.flatMap(({ number, labelsSpent, estimate }) => {
    const audit = estimate && estimateOf(className, estimate.overall, estimate.byClass);
    if (!audit || audit.error === undefined) return [];
    const { error, errorLower: lower, errorUpper: upper, errorBound: bound, audited, right } = audit;
    return [
      {
        iteration: number,
        labels: labelsSpent,
        error,
        lower,
        upper,
        bound,
        audited,
        right,
        certified: className === undefined && estimate.certified,
      },
    ];
  });
}

function estimateOf(
  className: string | undefined,
  overall: ErrorEstimate | undefined,
  byClass: readonly ErrorEstimate[],
): ErrorEstimate | undefined {
  return className === undefined ? overall : byClass.find(({ class: name }) => name === className);
}

/** Spectra predicted to be of each class after an iteration's scoring, in the order of the campaign's classes. */
export interface PredictedCounts {
  iteration: number;
  counts: number[];
  poolSize: number;
}

/** The predicted counts of every iteration that was scored. */
export function predictedCounts(iterations: readonly Iteration[]): PredictedCounts[] {
  return iterations
    .filter(({ classCounts, poolSize }) => classCounts.length > 0 && poolSize > 0n)
    .map(({ number, classCounts, poolSize }) => ({
      iteration: number,
      counts: classCounts.map(Number),
      poolSize: Number(poolSize),
    }));
}
