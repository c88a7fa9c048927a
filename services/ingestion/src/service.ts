import { IngestionService, poolSealed, shardIngested } from '@spectrawl/contracts';
import { answers, defineService, says } from '@spectrawl/runtime';
import { IngestionConfig } from './config.ts';
import { IngestionController } from './ingestion.controller.ts';
import { ingestionModule } from './ingestion.module.ts';

/** Reads survey files, checks and preprocesses them, and keeps pools of spectra as Parquet shards. */
export const ingestionService = defineService({
  name: 'ingestion',
  config: IngestionConfig,
  migrations: new URL('../migrations/', import.meta.url),
  grpc: [answers(IngestionService, IngestionController)],
  consumes: [],
  produces: says(shardIngested, poolSealed),
  calls: [],
  module: ingestionModule,
});
