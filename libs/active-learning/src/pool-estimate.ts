import { lowerBound, upperBound } from './confidence.ts';
import type { Interval } from './confidence.ts';
import { ActiveLearningError, requireCount, requireOpenFraction } from './errors.ts';
import type { BatchRow } from './query-batch.ts';
import type { PoolSummary } from './shard-summary.ts';

/** A row of the stratified audit of the whole pool. */
export interface StratumRow extends BatchRow {
  /** Index into SCORE_STRATA. */
  stratum: number;
}

/** A stratified audit's answer. */
export interface StratumAnswer {
  stratum: number;
  /** Whether the catalogue to be judged holds the spectrum. */
  inCatalogue: boolean;
  answer: number | 'undecided';
}

/** A quantity of the whole pool; the interval is exact, hence wide for small audits. */
export interface PoolQuantity {
  /** null if a stratum that has rows was not audited, or if nothing was found to divide by. */
  estimate: number | null;
  interval: Interval;
}

export interface PoolEstimate {
  confidence: number;
  /** Positives in the pool. */
  positives: PoolQuantity;
  /** Positives in the catalogue, of all in the catalogue. */
  precision: PoolQuantity;
  /** Positives in the catalogue, of all positives in the pool. */
  recall: PoolQuantity;
}

/**
 * Draws the audit of the whole pool, also of what is predicted "not interesting": a simple random sample of each stratum of
 * p(positive), from which recall can be estimated.
 *
 * @throws {ActiveLearningError} SUMMARY_TOO_SMALL if the summary keeps fewer rows a stratum
 */
export function selectPoolAudit(summary: PoolSummary, perStratum: number): StratumRow[] {
  requireCount('perStratum', perStratum);
  return summary.strata.flatMap((rows, stratum) => {
    const population = summary.stratumCounts[stratum] ?? 0;
    const wanted = Math.min(perStratum, population);
    if (rows.length < wanted)
      throw new ActiveLearningError(
        'SUMMARY_TOO_SMALL',
        `The summary keeps ${rows.length} rows of stratum ${stratum}, fewer than ${wanted}; summarise with limits.perStratum`,
      );
    return rows.slice(0, wanted).map((row): StratumRow => ({
      ...row,
      stratum,
      rule: 'audit',
      reason: `audit of stratum ${stratum}`,
      inclusionProbability: wanted / population,
    }));
  });
}

/** A total over the pool: its unbiased estimate, and bounds that miss with at most the given risk on each side. */
interface Total {
  estimate: number | null;
  lower: number;
  upper: number;
}

/**
 * Precision and recall of a catalogue over the whole pool, from a stratified audit. The estimates weigh each answer by its
 * inverse inclusion probability (Horvitz & Thompson 1952); the intervals combine exact bounds of every stratum and so share
 * the risk among them (Bonferroni). Undecided spectra count as no positives, but as missed ones in the lower bound of recall.
 *
 * @param stratumCounts rows of the pool in each stratum, from the summary that the audit was drawn from
 * @param confidence of each interval, two-sided
 */
export function estimatePool(
  answers: readonly StratumAnswer[],
  stratumCounts: readonly number[],
  confidence: number,
): PoolEstimate {
  requireOpenFraction('confidence', confidence);
  const strata = stratumCounts.map((population, stratum) => ({
    population,
    answers: answers.filter((answer) => answer.stratum === stratum),
  }));
  const over = strata.find(({ population, answers: given }) => given.length > population);
  if (over !== undefined || answers.some(({ stratum }) => !(stratum in stratumCounts)))
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      'More audit answers than rows in a stratum, or of no known stratum',
    );

  // An interval of a ratio rests on two totals, each with two sides in every stratum.
  const oneSided = 1 - (1 - confidence) / (4 * strata.length);
  const total = (holds: (answer: StratumAnswer) => boolean): Total =>
    strata.reduce<Total>(
      (sum, { population, answers: given }) => {
        if (population === 0) return sum;
        const count = given.filter(holds).length;
        const census = given.length === population;
        return {
          estimate:
            given.length === 0 || sum.estimate === null ? null : sum.estimate + (population * count) / given.length,
          lower: sum.lower + (census ? count : population * lowerBound(count, given.length, oneSided)),
          upper: sum.upper + (census ? count : population * upperBound(count, given.length, oneSided)),
        };
      },
      { estimate: 0, lower: 0, upper: 0 },
    );

  const isPositive = ({ answer }: StratumAnswer): boolean => answer !== 'undecided' && answer !== 0;
  const found = total((a) => a.inCatalogue && isPositive(a));
  const missed = total((a) => !a.inCatalogue && isPositive(a));
  const perhapsMissed = total((a) => !a.inCatalogue && a.answer !== 0);
  const spurious = total((a) => a.inCatalogue && !isPositive(a));
  const positives = total(isPositive);
  return {
    confidence,
    positives: { estimate: positives.estimate, interval: { lower: positives.lower, upper: positives.upper } },
    precision: ratio(found, spurious, spurious),
    recall: ratio(found, missed, perhapsMissed),
  };
}

/** part / (part + rest), with the pessimistic rest in the lower bound. */
function ratio(part: Total, rest: Total, pessimisticRest: Total): PoolQuantity {
  const whole = part.estimate === null || rest.estimate === null ? 0 : part.estimate + rest.estimate;
  const divide = (a: number, b: number, otherwise: number): number => (a + b > 0 ? a / (a + b) : otherwise);
  return {
    estimate: whole > 0 && part.estimate !== null ? part.estimate / whole : null,
    interval: { lower: divide(part.lower, pessimisticRest.upper, 0), upper: divide(part.upper, rest.lower, 1) },
  };
}
