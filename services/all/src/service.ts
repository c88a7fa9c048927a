import { inferenceService, inferenceWorkerService } from '@spectrawl/inference-service';
import { ingestionService } from '@spectrawl/ingestion-service';
import { labellingService } from '@spectrawl/labelling-service';
import type { ServiceDefinition } from '@spectrawl/runtime';
import { selectionService } from '@spectrawl/selection-service';
import { trainingService } from '@spectrawl/training-service';
import { workbenchService } from '@spectrawl/workbench-service';

/** Every service, for one process. */
export const allServices: readonly ServiceDefinition[] = [
  ingestionService,
  trainingService,
  inferenceService,
  inferenceWorkerService,
  selectionService,
  labellingService,
  workbenchService,
];
