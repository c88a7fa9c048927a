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

/** A column of JSON: written as the text that `jsonb` makes, read parsed. */
type Json<T> = ColumnType<T, unknown, unknown>;

export interface CrossMatchesTable {
  campaign_id: string;
  name: string;
  file_name: string;
  radius: number;
  rows: number;
  matched: number;
  unmatched: number;
  rejected: number;
  problems: Json<string[]>;
  known_spectra: number;
  columns: Json<string[]>;
  rows_key: string;
  known_key: string;
  create_time: Date;
}

export interface Tables {
  cross_matches: CrossMatchesTable;
  scoring_runs: ScoringRunsTable;
  scored_shards: ScoredShardsTable;
}
