export { QUERY_STRATEGY_NAMES } from './query-strategies.ts';
export type { QueryStrategyName } from './query-strategies.ts';
export type { RankedRow } from './ranked-row.ts';
export { HISTOGRAM_BINS, SCORE_STRATA } from './shard-summary.ts';
export type { PoolSummary, ScoreSummary, ShardSummary, SummaryLimits, SummarySettings } from './shard-summary.ts';
