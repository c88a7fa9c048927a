import type { JsonObject } from '@bufbuild/protobuf';
import type { ColumnType } from '@spectrawl/database';
import type { TrainingProgress } from '@spectrawl/network';

type Json<T> = ColumnType<T, unknown, unknown>;

export type TrainingRunState = 'preparing' | 'training' | 'succeeded' | 'failed';

export interface TrainingRunsTable {
  training_run_id: string;
  campaign_id: string;
  iteration: number;
  state: TrainingRunState;
  progress: Json<TrainingProgress | null>;
  error: ColumnType<string, string | undefined, string>;
  create_time: Date;
  end_time: Date | null;
}

export interface ModelsTable {
  model_id: string;
  campaign_id: string;
  iteration: number;
  model: Json<JsonObject>;
}

export interface Tables {
  training_runs: TrainingRunsTable;
  models: ModelsTable;
}
