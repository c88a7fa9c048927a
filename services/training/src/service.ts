import {
  iterationStarted,
  LabellingService,
  modelTrained,
  trainingFailed,
  TrainingService,
} from '@spectrawl/contracts';
import { answers, defineService, hears, says } from '@spectrawl/runtime';
import { TrainingConfig } from './config.ts';
import { IterationStartedConsumer } from './iteration-started.consumer.ts';
import { TrainingController } from './training.controller.ts';
import { trainingModule } from './training.module.ts';

export const trainingService = defineService({
  name: 'training',
  config: TrainingConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(TrainingService, TrainingController)],
  calls: [LabellingService],
  consumes: [hears(iterationStarted, IterationStartedConsumer)],
  produces: says(modelTrained, trainingFailed),
  module: trainingModule,
});
