import {
  batchLabelled,
  batchSelected,
  campaignCompleted,
  IngestionService,
  iterationRetried,
  iterationStarted,
  LabellingService,
  modelTrained,
  poolScored,
  scoringDelayed,
  scoringFailed,
  SelectionService,
  trainingFailed,
} from '@spectrawl/contracts';
import { answers, defineService, hears, says } from '@spectrawl/runtime';
import { BatchLabelledConsumer } from './batch-labelled.consumer.ts';
import { SelectionConfig } from './config.ts';
import { ModelTrainedConsumer } from './model-trained.consumer.ts';
import { PoolScoredConsumer } from './pool-scored.consumer.ts';
import { ScoringDelayedConsumer } from './scoring-delayed.consumer.ts';
import { ScoringFailedConsumer } from './scoring-failed.consumer.ts';
import { SelectionController } from './selection.controller.ts';
import { selectionModule } from './selection.module.ts';
import { TrainingFailedConsumer } from './training-failed.consumer.ts';

export const selectionService = defineService({
  name: 'selection',
  config: SelectionConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(SelectionService, SelectionController)],
  calls: [IngestionService, LabellingService],
  consumes: [
    hears(modelTrained, ModelTrainedConsumer),
    hears(trainingFailed, TrainingFailedConsumer),
    hears(scoringFailed, ScoringFailedConsumer),
    hears(scoringDelayed, ScoringDelayedConsumer),
    hears(poolScored, PoolScoredConsumer),
    hears(batchLabelled, BatchLabelledConsumer),
  ],
  produces: says(iterationStarted, iterationRetried, batchSelected, campaignCompleted),
  module: selectionModule,
});
