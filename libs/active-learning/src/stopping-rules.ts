import { requireCount } from './errors.ts';
import type { PerformanceEstimate } from './performance-estimate.ts';

/** Where a campaign stands after an iteration. */
export interface CampaignProgress {
  /** Iterations finished: query batches answered. */
  iterations: number;
  /** Labels spent in the campaign, without the seed's. */
  labels: number;
  /** The last audit's estimate; null before the first. */
  estimate: PerformanceEstimate | null;
}

export interface StoppingDecision {
  stop: boolean;
  /** A sentence for people. */
  why: string;
  /** How far the campaign is towards stopping, 0 to 1. */
  progress: number;
}

/** Says whether a campaign shall stop. */
export type StoppingRule = (campaign: CampaignProgress) => StoppingDecision;

const percent = (fraction: number): string => `${Number((100 * fraction).toFixed(2))} %`;

/** Stops when the last audit certifies its target: an error of at most so much, at its confidence, by its criterion. */
export const errorCertified: StoppingRule = ({ estimate }) => {
  if (estimate === null || estimate[estimate.criterion].overall.answered === 0)
    return { stop: false, why: 'No audit has been answered yet.', progress: 0 };
  const { maxError, confidence } = estimate.target;
  const { answered, upperBound, labelsToCertify } = estimate[estimate.criterion].overall;
  const claim = `at ${percent(confidence)} confidence the error is at most ${percent(upperBound)} (${answered} audited)`;
  return estimate.certified
    ? { stop: true, why: `The target of ${percent(maxError)} is certified: ${claim}.`, progress: 1 }
    : {
        stop: false,
        why: `The target of ${percent(maxError)} is not certified: ${claim}.`,
        progress: answered / (answered + labelsToCertify),
      };
};

/** Stops when so many iterations are finished. */
export function iterationLimit(maxIterations: number): StoppingRule {
  requireCount('maxIterations', maxIterations);
  return ({ iterations }) => ({
    stop: iterations >= maxIterations,
    why: `${iterations} of at most ${maxIterations} iterations are finished.`,
    progress: maxIterations === 0 ? 1 : Math.min(1, iterations / maxIterations),
  });
}

/** Stops when so many labels are spent. */
export function labelLimit(maxLabels: number): StoppingRule {
  requireCount('maxLabels', maxLabels);
  return ({ labels }) => ({
    stop: labels >= maxLabels,
    why: `${labels} of at most ${maxLabels} labels are spent.`,
    progress: maxLabels === 0 ? 1 : Math.min(1, labels / maxLabels),
  });
}

/**
 * Lets a rule stop a campaign only after so many iterations: a certified error says nothing of what was missed, and a network
 * that calls little positive is soon certified.
 */
export function notBefore(minIterations: number, rule: StoppingRule): StoppingRule {
  requireCount('minIterations', minIterations);
  return (campaign) => {
    const decision = rule(campaign);
    if (!decision.stop || campaign.iterations >= minIterations) return decision;
    const why = `${decision.why} The loop goes on to ${minIterations} iterations, to find what it still misses.`;
    return { stop: false, why, progress: campaign.iterations / minIterations };
  };
}

/** Stops as soon as any of the rules does, and then says why by the first that does; else by the one farthest on. */
export function anyOf(rules: readonly StoppingRule[]): StoppingRule {
  return (campaign) => {
    const decisions = rules.map((rule) => rule(campaign));
    const farthest = decisions.toSorted((a, b) => b.progress - a.progress)[0];
    return (
      decisions.find(({ stop }) => stop) ?? farthest ?? { stop: false, why: 'No stopping rule is set.', progress: 0 }
    );
  };
}
