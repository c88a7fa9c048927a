import {
  ShardScoredSchema,
  ShardScoringRequestedSchema,
  PoolScoredSchema,
  ScoringDelayedSchema,
  ScoringFailedSchema,
  ShardScoringDelayedSchema,
  ShardScoringFailedSchema,
} from '#gen/spectrawl/inference/v1/inference_events_pb.js';
import { PoolSealedSchema, ShardIngestedSchema } from '#gen/spectrawl/ingestion/v1/ingestion_events_pb.js';
import { BatchLabelledSchema } from '#gen/spectrawl/labelling/v1/labelling_events_pb.js';
import {
  BatchSelectedSchema,
  CampaignCompletedSchema,
  IterationRetriedSchema,
  IterationStartedSchema,
} from '#gen/spectrawl/selection/v1/selection_events_pb.js';
import { ModelTrainedSchema, TrainingFailedSchema } from '#gen/spectrawl/training/v1/training_events_pb.js';
import { defineEvent } from './event-type.ts';

/** Every event of the ring. The word after `spectrawl.` is its one writer. */
export const shardIngested = defineEvent('spectrawl.ingestion.shard-ingested.v1', ShardIngestedSchema, (e) => e.poolId);
export const poolSealed = defineEvent('spectrawl.ingestion.pool-sealed.v1', PoolSealedSchema, (e) => e.poolId);

export const iterationStarted = defineEvent(
  'spectrawl.selection.iteration-started.v1',
  IterationStartedSchema,
  (e) => e.campaignId,
);
export const iterationRetried = defineEvent(
  'spectrawl.selection.iteration-retried.v1',
  IterationRetriedSchema,
  (e) => e.campaignId,
);
export const batchSelected = defineEvent(
  'spectrawl.selection.batch-selected.v1',
  BatchSelectedSchema,
  (e) => e.campaignId,
);
export const campaignCompleted = defineEvent(
  'spectrawl.selection.campaign-completed.v1',
  CampaignCompletedSchema,
  (e) => e.campaignId,
);

export const modelTrained = defineEvent('spectrawl.training.model-trained.v1', ModelTrainedSchema, (e) => e.campaignId);
export const trainingFailed = defineEvent(
  'spectrawl.training.training-failed.v1',
  TrainingFailedSchema,
  (e) => e.campaignId,
);

/** The one work queue. Its partitions bound how many workers score at once: more workers than these stay idle. */
export const shardScoringRequested = defineEvent(
  'spectrawl.inference.shard-scoring-requested.v1',
  ShardScoringRequestedSchema,
  (e) => `${e.scoringRunId}/${e.shard}`,
  64,
);
export const shardScored = defineEvent('spectrawl.inference.shard-scored.v1', ShardScoredSchema, (e) => e.scoringRunId);
export const poolScored = defineEvent('spectrawl.inference.pool-scored.v1', PoolScoredSchema, (e) => e.campaignId);

export const shardScoringFailed = defineEvent(
  'spectrawl.inference.shard-scoring-failed.v1',
  ShardScoringFailedSchema,
  (e) => e.scoringRunId,
);
export const shardScoringDelayed = defineEvent(
  'spectrawl.inference.shard-scoring-delayed.v1',
  ShardScoringDelayedSchema,
  (e) => e.scoringRunId,
);
export const scoringFailed = defineEvent(
  'spectrawl.inference.scoring-failed.v1',
  ScoringFailedSchema,
  (e) => e.campaignId,
);
export const scoringDelayed = defineEvent(
  'spectrawl.inference.scoring-delayed.v1',
  ScoringDelayedSchema,
  (e) => e.campaignId,
);

export const batchLabelled = defineEvent(
  'spectrawl.labelling.batch-labelled.v1',
  BatchLabelledSchema,
  (e) => e.campaignId,
);
