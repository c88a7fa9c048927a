import {
  InferenceService,
  IngestionService,
  iterationRetried,
  modelTrained,
  poolScored,
  scoringDelayed,
  scoringFailed,
  shardScored,
  shardScoringDelayed,
  shardScoringFailed,
  shardScoringRequested,
} from '@spectrawl/contracts';
import { answers, defineService, hears, says } from '@spectrawl/runtime';
import { InferenceConfig, InferenceWorkerConfig } from './config.ts';
import { InferenceController } from './inference.controller.ts';
import { inferenceModule, inferenceWorkerModule } from './inference.module.ts';
import { IterationRetriedConsumer } from './iteration-retried.consumer.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { ShardScoredConsumer } from './shard-scored.consumer.ts';
import { ShardScoringDelayedConsumer } from './shard-scoring-delayed.consumer.ts';
import { ShardScoringFailedConsumer } from './shard-scoring-failed.consumer.ts';
import { ShardScoringRequestedConsumer } from './worker/shard-scoring-requested.consumer.ts';

/** Plans the scoring of pools and answers over gRPC. */
export const inferenceService = defineService({
  name: 'inference',
  config: InferenceConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(InferenceService, InferenceController)],
  calls: [IngestionService],
  consumes: [
    hears(modelTrained, ModelTrainedConsumer),
    hears(iterationRetried, IterationRetriedConsumer),
    hears(shardScored, ShardScoredConsumer),
    hears(shardScoringFailed, ShardScoringFailedConsumer),
    hears(shardScoringDelayed, ShardScoringDelayedConsumer),
  ],
  produces: says(shardScoringRequested, poolScored, scoringFailed, scoringDelayed),
  module: inferenceModule,
});

/** Scores shards: as many of these run as there are GPUs, or none while there is nothing to score. */
export const inferenceWorkerService = defineService({
  name: 'inference-worker',
  config: InferenceWorkerConfig,
  migrations: new URL('../worker-migrations/', import.meta.url),
  grpc: [],
  calls: [],
  consumes: [
    hears(shardScoringRequested, ShardScoringRequestedConsumer, ({ shards }: InferenceWorkerConfig) => shards),
  ],
  produces: says(shardScored, shardScoringFailed, shardScoringDelayed),
  module: inferenceWorkerModule,
});
