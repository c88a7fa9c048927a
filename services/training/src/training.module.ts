import type { ModuleMetadata } from '@nestjs/common';
import { Computation } from './computation.ts';
import { IterationStartedConsumer } from './iteration-started.consumer.ts';
import { LabelledExamples } from './labelled-examples.ts';
import { PoolNegatives } from './pool-negatives.ts';
import { StoredFeatures } from './stored-features.ts';
import { StoredModels } from './stored-models.ts';
import { TrainModel } from './train-model.ts';
import { TrainingRunRepository } from './training-run.repository.ts';
import { TrainingController } from './training.controller.ts';

export const trainingModule: ModuleMetadata = {
  providers: [
    Computation,
    IterationStartedConsumer,
    LabelledExamples,
    PoolNegatives,
    StoredFeatures,
    StoredModels,
    TrainModel,
    TrainingController,
    TrainingRunRepository,
  ],
};
