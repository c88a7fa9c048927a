import type { Campaign, Iteration } from '@spectrawl/contracts';

/** What is known of a campaign that is watched. */
export interface Watched {
  campaign?: Campaign;
  /** By number. */
  iterations: readonly Iteration[];
}

/** Lays what changed over what is known: the first message of a stream holds all iterations, later ones those that changed. */
export function withChange(known: Watched, campaign: Campaign | undefined, changed: readonly Iteration[]): Watched {
  const byNumber = new Map(known.iterations.map((iteration) => [iteration.number, iteration]));
  for (const iteration of changed) byNumber.set(iteration.number, iteration);
  const iterations =
    changed.length === 0 ? known.iterations : [...byNumber.values()].toSorted((a, b) => a.number - b.number);
  const newest = campaign ?? known.campaign;
  return { iterations, ...(newest ? { campaign: newest } : {}) };
}

/** The longest pause between two tries to watch again, in milliseconds. */
const LONGEST_PAUSE = 15_000;

/** Milliseconds to wait before the next try, after so many that failed in a row. */
export function pauseBefore(failures: number): number {
  return Math.min(LONGEST_PAUSE, 500 * 2 ** Math.max(0, failures - 1));
}
