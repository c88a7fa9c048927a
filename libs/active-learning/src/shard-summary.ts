import type { QueryStrategyName } from './query-strategies.ts';
import type { RankedRow } from './ranked-row.ts';

/** Equal bins of p(positive) = 1 − p(class 0) over [0, 1]; the last one is closed. */
export const HISTOGRAM_BINS = 100;

/** How many rows each list of a summary keeps at most. */
export interface SummaryLimits {
  /** Rows of the largest strategy values. */
  uncertain: number;
  /** Rows of the largest strategy values, for each predicted class. */
  perClass: number;
  /** Predicted positives drawn at random (also for each positive class). */
  positives: number;
  /** Rows of any class drawn at random. */
  random: number;
  /** Rows drawn at random in each stratum of p(positive); 0 if not given. */
  perStratum?: number;
}

/** What a summary was made with; only summaries of equal settings merge. */
export interface SummarySettings {
  classCount: number;
  strategy: QueryStrategyName;
  /** The seed in decimal digits, so that 64-bit seeds survive JSON. */
  seed: string;
  limits: Required<SummaryLimits>;
}

/** The bounded, exactly mergeable digest of scored rows. Counts are over the rows that were not excluded. */
export interface ScoreSummary {
  settings: SummarySettings;
  /** Rows scored and not excluded. */
  rows: number;
  /** Rows scored but excluded, because they are labelled already. */
  excluded: number;
  /** Rows predicted as each class; they sum to `rows`. */
  classCounts: number[];
  /** Counts of p(positive) in HISTOGRAM_BINS equal bins. */
  histogram: number[];
  /** The same for each predicted class: classes × bins. */
  histogramByClass: number[][];
  /** The largest values, best first. */
  uncertain: RankedRow[];
  /** The largest values of each predicted class, best first. */
  uncertainByClass: RankedRow[][];
  /** The audit reservoir: predicted positives of the lowest audit priority. */
  positives: RankedRow[];
  /** The audit reservoir of each predicted class; empty for class 0. */
  positivesByClass: RankedRow[][];
  /** Rows of any class of the lowest exploration priority. */
  random: RankedRow[];
  /** Rows in each stratum of p(positive), see SCORE_STRATA. */
  stratumCounts: number[];
  /** Rows of the lowest priority in each stratum. */
  strata: RankedRow[][];
}

/** The summary of one shard. */
export interface ShardSummary extends ScoreSummary {
  shard: number;
}

/** The merged summary of several shards. */
export interface PoolSummary extends ScoreSummary {
  /** The shards merged, ascending; a shard counts once. */
  shards: number[];
}

/** Lower edges of the strata of p(positive) for the stratified audit of the whole pool; narrow where rare positives hide. */
export const SCORE_STRATA: readonly number[] = [0, 0.001, 0.01, 0.1, 0.5, 0.9];
