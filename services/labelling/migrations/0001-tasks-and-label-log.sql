-- One batch of questions for each iteration of a campaign.
CREATE TABLE batch (
  campaign_id text NOT NULL,
  iteration int4 NOT NULL,
  pool_id text NOT NULL,
  -- whose scores chose the spectra
  model_id text NOT NULL,
  -- what can be answered, in the order of the network's outputs
  classes jsonb NOT NULL,
  tasks int4 NOT NULL,
  answered int4 NOT NULL DEFAULT 0,
  unsure int4 NOT NULL DEFAULT 0,
  skipped int4 NOT NULL DEFAULT 0,
  open_time timestamptz NOT NULL,
  -- when its last task was answered, once and for all; null while a task waits
  complete_time timestamptz,
  PRIMARY KEY (campaign_id, iteration),
  CHECK (0 <= answered AND answered <= tasks AND unsure + skipped <= answered)
);

-- One question. A task that has an answer is answered; else one whose lease has not ended is leased; else it is open.
CREATE TABLE task (
  task_id text PRIMARY KEY,
  campaign_id text NOT NULL,
  iteration int4 NOT NULL,
  rank int4 NOT NULL,
  spectrum_id text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('query', 'audit')),
  reason text NOT NULL,
  probabilities jsonb NOT NULL,
  -- who holds or answered it
  annotator text,
  annotator_kind text CHECK (annotator_kind IN ('person', 'simulated')),
  lease_expire_time timestamptz,
  class text,
  abstention text CHECK (abstention IN ('unsure', 'skip')),
  UNIQUE (campaign_id, iteration, rank),
  FOREIGN KEY (campaign_id, iteration) REFERENCES batch,
  -- audits are blind
  CHECK (purpose = 'query' OR (reason = '' AND probabilities = '[]')),
  CHECK (class IS NULL OR abstention IS NULL)
);

-- The label log. Each row tells for itself what was asked, what was shown, who answered and when.
CREATE TABLE label (
  position int8 PRIMARY KEY,
  pool_id text NOT NULL,
  spectrum_id text NOT NULL,
  -- empty, as are task_id and model_id, on imported labels
  campaign_id text NOT NULL,
  iteration int4 NOT NULL,
  task_id text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('query', 'audit', 'import')),
  class text,
  abstention text CHECK (abstention IN ('unsure', 'skip')),
  -- takes back the answer that its task had
  retraction boolean NOT NULL,
  annotator text NOT NULL,
  annotator_kind text NOT NULL CHECK (annotator_kind IN ('person', 'simulated', 'import')),
  create_time timestamptz NOT NULL,
  model_id text NOT NULL,
  probabilities_shown jsonb NOT NULL,
  comment text NOT NULL,
  CHECK (num_nonnulls(class, abstention) = CASE WHEN retraction THEN 0 ELSE 1 END),
  CHECK ((purpose = 'import') = (task_id = ''))
);
CREATE INDEX label_by_spectrum ON label (spectrum_id, pool_id, position);
CREATE INDEX label_retractions ON label (task_id, position) WHERE retraction;

CREATE FUNCTION refuse_change_of_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the label log is append-only: append a correction or a retraction';
END $$;
CREATE TRIGGER label_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON label
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_log();

-- The end of the log. Whoever appends holds this row until it commits, so that positions become visible in their order:
-- a sequence would hand out 7 and 8, commit 8 first, and who read up to 8 would have missed 7.
CREATE TABLE label_log (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  last_position int8 NOT NULL
);
INSERT INTO label_log (last_position) VALUES (0);

-- Answers to requests that carry a request_id, for their retries.
CREATE TABLE answered_request (
  request_id text PRIMARY KEY,
  rpc text NOT NULL,
  -- SHA-256 of the request: the same id with another request is a mistake
  request_hash text NOT NULL,
  -- protobuf bytes; null only within the transaction that answers
  response bytea
);

-- Imports under way. Rows wait here until all have come and are consistent.
CREATE TABLE label_import (
  import_id uuid PRIMARY KEY,
  open_time timestamptz NOT NULL
);
CREATE TABLE label_import_row (
  import_id uuid NOT NULL REFERENCES label_import ON DELETE CASCADE,
  row_number int4 NOT NULL,
  spectrum_id text NOT NULL,
  class text NOT NULL,
  PRIMARY KEY (import_id, row_number)
);
