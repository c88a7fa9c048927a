CREATE TABLE campaigns (
  campaign_id       text PRIMARY KEY,
  request_id        text NOT NULL UNIQUE,
  state             text NOT NULL CHECK (state IN ('created', 'running', 'paused', 'completed', 'failed')),
  pool_id           text NOT NULL,
  seed_pool_ids     jsonb NOT NULL,
  preset            text NOT NULL,
  method            jsonb NOT NULL,
  seed              text NOT NULL,
  current_iteration integer NOT NULL DEFAULT -1,
  stop_requested    boolean NOT NULL DEFAULT false,
  stop_reason       text NOT NULL DEFAULT '',
  problem           text NOT NULL DEFAULT '',
  catalogue         jsonb,
  create_time       timestamptz NOT NULL,
  end_time          timestamptz,
  -- Counts every change of the campaign and its iterations, so that watchers know when to look again.
  revision          bigint NOT NULL DEFAULT 0
);

CREATE TABLE iterations (
  campaign_id       text NOT NULL REFERENCES campaigns,
  number            integer NOT NULL,
  kind              text NOT NULL CHECK (kind IN ('loop', 'final')),
  step              text NOT NULL CHECK (step IN ('training', 'scoring', 'selecting', 'labelling', 'done')),
  label_position    bigint NOT NULL,
  labels_spent      integer NOT NULL,
  plan_key          text NOT NULL,
  model_id          text NOT NULL DEFAULT '',
  scoring_run_id    text NOT NULL DEFAULT '',
  batch_key         text NOT NULL DEFAULT '',
  class_counts      jsonb NOT NULL DEFAULT '[]',
  -- Predicted spectra of each class by probability of emission, for the catalogue's threshold.
  histogram_by_class jsonb NOT NULL DEFAULT '[]',
  queries           integer NOT NULL DEFAULT 0,
  audits            integer NOT NULL DEFAULT 0,
  estimate          jsonb,
  start_time        timestamptz NOT NULL,
  trained_time      timestamptz,
  scored_time       timestamptz,
  asked_time        timestamptz,
  end_time          timestamptz,
  revision          bigint NOT NULL,
  PRIMARY KEY (campaign_id, number)
);

-- Every spectrum that a campaign asked about, so that no query is asked twice and the audit can be read.
CREATE TABLE questions (
  campaign_id       text NOT NULL,
  spectrum_id       text NOT NULL,
  iteration         integer NOT NULL,
  purpose           text NOT NULL CHECK (purpose IN ('query', 'audit')),
  predicted         integer NOT NULL,
  probabilities     jsonb NOT NULL,
  PRIMARY KEY (campaign_id, iteration, spectrum_id),
  FOREIGN KEY (campaign_id, iteration) REFERENCES iterations
);

CREATE TABLE candidates (
  campaign_id       text NOT NULL REFERENCES campaigns,
  rank              integer NOT NULL,
  class             text NOT NULL,
  candidate         jsonb NOT NULL,
  PRIMARY KEY (campaign_id, rank)
);
