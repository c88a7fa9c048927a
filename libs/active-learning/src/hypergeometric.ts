/** Products and sums are rescaled beyond these, well before doubles overflow or lose digits. */
const SMALL = 1e-200;
const LARGE = 1e200;
/** Probabilities equal up to rounding to the risk count as above it, so that a tie never makes a bound too low. */
const TIE = 1e-9;

/** ln of the product of (a − i) / (b − i) for i from 0 to terms − 1. */
function logFallingRatio(a: number, b: number, terms: number): number {
  let product = 1;
  let log = 0;
  for (let i = 0; i < terms; i++) {
    product *= (a - i) / (b - i);
    if (product < SMALL) {
      log += Math.log(product);
      product = 1;
    }
  }
  return log + Math.log(product);
}

/**
 * The probability that a simple random sample without replacement of `trials` out of `population` holds at most `count` of
 * the `marked` ones among them. O(trials) time at most.
 */
export function hypergeometricCdf(count: number, trials: number, marked: number, population: number): number {
  const unmarked = population - marked;
  const fewest = Math.max(0, trials - unmarked);
  const most = Math.min(trials, marked);
  if (count < fewest) return 0;
  if (count >= most) return 1;
  // All of the trials unmarked, or all of the unmarked among the trials; each reads the same with the roles exchanged.
  let logScale =
    fewest === 0
      ? logFallingRatio(population - Math.max(trials, marked), population, Math.min(trials, marked))
      : logFallingRatio(trials, population, unmarked);
  // Terms are relative to the first, whose probability may be too small for a double.
  let term = 1;
  let sum = 1;
  for (let x = fewest; x < count; x++) {
    term *= ((marked - x) * (trials - x)) / ((x + 1) * (unmarked - trials + x + 1));
    sum += term;
    if (sum > LARGE) {
      logScale += Math.log(sum);
      term /= sum;
      sum = 1;
    }
  }
  return Math.min(1, Math.exp(logScale + Math.log(sum)));
}

/** Whether so many marked ones in the population are refuted, at this confidence, by so few of them in a sample. */
export function isRefuted(
  marked: number,
  count: number,
  trials: number,
  population: number,
  confidence: number,
): boolean {
  return hypergeometricCdf(count, trials, marked, population) <= (1 - confidence) * (1 - TIE);
}

/**
 * The largest number of marked ones in the population that is not refuted, at the given confidence, by `count` of them in a
 * simple random sample of `trials`: the finite-population counterpart of the Clopper–Pearson upper bound (Buonaccorsi 1987).
 */
export function mostMarked(count: number, trials: number, population: number, confidence: number): number {
  let least = count;
  let beyond = population - (trials - count) + 1;
  while (beyond - least > 1) {
    const middle = least + Math.floor((beyond - least) / 2);
    if (isRefuted(middle, count, trials, population, confidence)) beyond = middle;
    else least = middle;
  }
  return least;
}
