export { ActiveLearningError } from './errors.ts';
export type { ActiveLearningErrorReason } from './errors.ts';

export { createDraw, drawNumber } from './priority.ts';
export type { DrawPurpose, Seed } from './priority.ts';
export { QUERY_STRATEGIES, QUERY_STRATEGY_NAMES, queryValues } from './query-strategies.ts';
export type { QueryStrategy, QueryStrategyName, ScoredRows } from './query-strategies.ts';

export type { RankedRow } from './ranked-row.ts';
export { HISTOGRAM_BINS, SCORE_STRATA } from './shard-summary.ts';
export type { PoolSummary, ScoreSummary, ShardSummary, SummaryLimits, SummarySettings } from './shard-summary.ts';
export { histogramBin, positiveProbability, summariseShard } from './summarise-shard.ts';
export type { ScoredShard } from './summarise-shard.ts';
export { mergeSummaries } from './merge-summaries.ts';

export { selectBatch, summaryLimitsFor } from './query-batch.ts';
export type { BatchRow, QueryBatch, QueryPlan, SelectionRule } from './query-batch.ts';

export { confusionOf, measureAgreement } from './agreement.ts';
export type { Agreement } from './agreement.ts';
export { MOST_LABELS, interval, labelsNeeded, labelsNeededAtRate, lowerBound, upperBound } from './confidence.ts';
export type { Interval } from './confidence.ts';
export { ERROR_CRITERIA, estimateError, estimatePerformance } from './performance-estimate.ts';
export type {
  AnswerCounts,
  AuditAnswer,
  AuditDesign,
  CriterionEstimate,
  ErrorCriterion,
  ErrorEstimate,
  ErrorTarget,
  PerformanceEstimate,
} from './performance-estimate.ts';
export { estimatePool, selectPoolAudit } from './pool-estimate.ts';
export type { PoolEstimate, PoolQuantity, StratumAnswer, StratumRow } from './pool-estimate.ts';
export { THRESHOLD_GRID, chooseThreshold } from './catalogue-threshold.ts';
export type { CatalogueThreshold, ScoredAuditAnswer, ThresholdSearch, ThresholdTrial } from './catalogue-threshold.ts';
export { anyOf, errorCertified, iterationLimit, labelLimit, notBefore } from './stopping-rules.ts';
export type { CampaignProgress, StoppingDecision, StoppingRule } from './stopping-rules.ts';

export { ARCHITECTURE_NAMES, CLASS_BALANCES, PRECISIONS } from './campaign-method.ts';
export type { CampaignMethod, EarlyStopping, TrainingMethod } from './campaign-method.ts';
export { PRESETS, PRESET_NAMES } from './presets.ts';
export type { PresetName } from './presets.ts';
export { resolveMethod } from './resolve-method.ts';
export type { MethodOverrides } from './resolve-method.ts';
export { finalAuditPlanOf, queryPlanOf, stoppingRuleOf } from './method-plans.ts';
