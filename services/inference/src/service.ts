import {
  InferenceService,
  IngestionService,
  modelTrained,
  poolScored,
  shardScored,
  shardScoringRequested,
} from '@spectrawl/contracts';
import { answers, defineService, hears, says } from '@spectrawl/runtime';
import { InferenceConfig, InferenceWorkerConfig } from './config.ts';
import { InferenceController } from './inference.controller.ts';
import { inferenceModule, inferenceWorkerModule } from './inference.module.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { ShardScoredConsumer } from './shard-scored.consumer.ts';
import { ShardScoringRequestedConsumer } from './worker/shard-scoring-requested.consumer.ts';

/** Plans the scoring of pools and answers over gRPC. */
export const inferenceService = defineService({
  name: 'inference',
  config: InferenceConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(InferenceService, InferenceController)],
  calls: [IngestionService],
  consumes: [hears(modelTrained, ModelTrainedConsumer), hears(shardScored, ShardScoredConsumer)],
  produces: says(shardScoringRequested, poolScored),
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
  produces: says(shardScored),
  module: inferenceWorkerModule,
});
