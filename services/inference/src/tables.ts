import type { ColumnType } from '@spectrawl/database';

export interface ScoringRunsTable {
  scoring_run_id: string;
  campaign_id: string;
  iteration: number;
  model_id: string;
  shards_planned: number;
  shards_scored: ColumnType<number, number | undefined, number>;
  rows_scored: ColumnType<number, number | undefined, number>;
  create_time: Date;
  end_time: Date | null;
  problem: ColumnType<string, string | undefined, string>;
  failed: ColumnType<boolean, boolean | undefined, boolean>;
}

export interface ScoredShardsTable {
  scoring_run_id: string;
  shard: number;
  rows: number;
  scores_key: string;
}

export interface Tables {
  scoring_runs: ScoringRunsTable;
  scored_shards: ScoredShardsTable;
}
