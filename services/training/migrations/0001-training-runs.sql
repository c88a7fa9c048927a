CREATE TABLE training_runs (
  training_run_id text PRIMARY KEY,
  campaign_id     text NOT NULL,
  iteration       integer NOT NULL,
  state           text NOT NULL CHECK (state IN ('preparing', 'training', 'succeeded', 'failed')),
  progress        jsonb,
  error           text NOT NULL DEFAULT '',
  create_time     timestamptz NOT NULL,
  end_time        timestamptz
);
CREATE INDEX training_runs_of_campaign ON training_runs (campaign_id, iteration);

CREATE TABLE models (
  model_id        text PRIMARY KEY,
  campaign_id     text NOT NULL,
  iteration       integer NOT NULL,
  -- The message Model as protobuf JSON.
  model           jsonb NOT NULL
);
CREATE INDEX models_of_campaign ON models (campaign_id, iteration);
