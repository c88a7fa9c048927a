import type { Interval } from './confidence.ts';
import { ActiveLearningError, requireCount } from './errors.ts';

/** How far two sets of answers to the same questions agree. */
export interface Agreement {
  questions: number;
  /** Questions with equal answers. */
  equal: number;
  /** Agreement beyond chance; undefined where chance alone explains all. */
  kappa: { value: number; standardError: number; interval: Interval } | undefined;
}

/** Standard normal quantile of the two-sided 95 % interval. */
const NORMAL_95 = 1.959963984540054;

/**
 * Counts pairs of answers.
 * @param pairs categories of the first and the second answer, from 0
 * @param categories how many there are
 * @returns categories × categories counts, row-major: the row is the first answer, the column the second
 */
export function confusionOf(pairs: Iterable<readonly [number, number]>, categories: number): Int32Array {
  const confusion = new Int32Array(categories * categories);
  for (const [first, second] of pairs) {
    const isCategory = (at: number): boolean => Number.isInteger(at) && at >= 0 && at < categories;
    if (!isCategory(first) || !isCategory(second)) {
      throw new ActiveLearningError(
        'INVALID_ARGUMENT',
        `${first} and ${second} are not both of ${categories} categories`,
      );
    }
    const cell = first * categories + second;
    confusion[cell] = confusion[cell]! + 1;
  }
  return confusion;
}

/**
 * Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20, 37), unweighted, with the standard error for large
 * samples that Fleiss, Cohen & Everitt (1969, Psychological Bulletin 72, 323, eq. 13) give, and the normal 95 % interval that
 * follows, cut at -1 and 1. Undefined without questions and where both used one and the same category only: chance then
 * explains every agreement. Where all answers are equal the error is 0, however few they are.
 *
 * @param confusion categories × categories counts, row-major, from 0
 */
export function measureAgreement(confusion: ArrayLike<number>): Agreement {
  const counts = Array.from(confusion);
  const categories = Math.sqrt(counts.length);
  if (!Number.isInteger(categories) || categories === 0) {
    throw new ActiveLearningError('INVALID_ARGUMENT', `${counts.length} counts are no square matrix`);
  }
  for (const count of counts) requireCount('count', count);
  const questions = counts.reduce((sum, count) => sum + count, 0);
  const range = Array.from({ length: categories }, (_, at) => at);
  const at = (row: number, column: number): number => counts[row * categories + column]!;
  const equal = range.reduce((sum, one) => sum + at(one, one), 0);
  const rows = range.map((row) => range.reduce((sum, column) => sum + at(row, column), 0));
  const columns = range.map((column) => range.reduce((sum, row) => sum + at(row, column), 0));
  // In whole numbers: chance explains all exactly where these are equal.
  const byChance = range.reduce((sum, one) => sum + rows[one]! * columns[one]!, 0);
  if (questions === 0 || byChance === questions * questions) return { questions, equal, kappa: undefined };

  const chance = byChance / questions ** 2;
  const value = (equal / questions - chance) / (1 - chance);
  let spread = 0;
  for (const row of range) {
    for (const column of range) {
      const share = at(row, column) / questions;
      spread +=
        row === column
          ? share * (1 - ((rows[row]! + columns[row]!) / questions) * (1 - value)) ** 2
          : share * (((columns[row]! + rows[column]!) / questions) * (1 - value)) ** 2;
    }
  }
  const variance = (spread - (value - chance * (1 - value)) ** 2) / (questions * (1 - chance) ** 2);
  // Rounding may leave a variance that is 0 a little below it.
  const standardError = Math.sqrt(Math.max(0, variance));
  const reach = NORMAL_95 * standardError;
  const interval = { lower: Math.max(-1, value - reach), upper: Math.min(1, value + reach) };
  return { questions, equal, kappa: { value, standardError, interval } };
}
