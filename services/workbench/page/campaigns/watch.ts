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
