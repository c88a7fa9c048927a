CREATE TABLE scoring_runs (
  scoring_run_id text PRIMARY KEY,
  campaign_id    text NOT NULL,
  iteration      integer NOT NULL,
  model_id       text NOT NULL,
  shards_planned integer NOT NULL,
  shards_scored  integer NOT NULL DEFAULT 0,
  rows_scored    bigint NOT NULL DEFAULT 0,
  create_time    timestamptz NOT NULL,
  end_time       timestamptz
);
CREATE INDEX scoring_runs_of_campaign ON scoring_runs (campaign_id, iteration);

-- The fan-in counts distinct shards, however often a shard was scored.
CREATE TABLE scored_shards (
  scoring_run_id text NOT NULL REFERENCES scoring_runs,
  shard          integer NOT NULL,
  rows           integer NOT NULL,
  scores_key     text NOT NULL,
  PRIMARY KEY (scoring_run_id, shard)
);
