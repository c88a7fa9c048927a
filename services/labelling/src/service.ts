import { batchLabelled, batchSelected, LabellingService } from '@spectrawl/contracts';
import { answers, defineService, hears, says } from '@spectrawl/runtime';
import { BatchSelectedConsumer } from './batch-selected.consumer.ts';
import { LabellingConfig } from './config.ts';
import { LabellingController } from './labelling.controller.ts';
import { labellingModule } from './labelling.module.ts';

/** Hands out labelling tasks and keeps the append-only label log. */
export const labellingService = defineService({
  name: 'labelling',
  config: LabellingConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(LabellingService, LabellingController)],
  consumes: [hears(batchSelected, BatchSelectedConsumer)],
  produces: says(batchLabelled),
  calls: [],
  module: labellingModule,
});
