-- A task's question put again: to a second person (overlap), or to the one who had answered it (repeat). Chosen when the batch is
-- opened, handed out later or never. In no batch: it never holds one up, and is not counted in one.
CREATE TABLE second_question (
  task_id text PRIMARY KEY,
  about_task_id text NOT NULL REFERENCES task,
  campaign_id text NOT NULL,
  purpose text NOT NULL CHECK (purpose IN ('overlap', 'repeat')),
  -- which batch was the newest when it was handed out, and when that was; null before
  asked_iteration int4,
  ask_time timestamptz,
  -- who holds or answered it
  annotator text,
  annotator_kind text CHECK (annotator_kind = 'person'),
  lease_expire_time timestamptz,
  class text,
  abstention text CHECK (abstention IN ('unsure', 'skip')),
  UNIQUE (about_task_id, purpose),
  CHECK (class IS NULL OR abstention IS NULL)
);
CREATE INDEX second_question_by_campaign ON second_question (campaign_id);

-- Answers to second questions and adjudications say what they are about.
ALTER TABLE label ADD COLUMN about_task_id text NOT NULL DEFAULT '';
ALTER TABLE label ADD COLUMN about_purpose text CHECK (about_purpose IN ('query', 'audit'));
ALTER TABLE label DROP CONSTRAINT label_purpose_check;
ALTER TABLE label ADD CONSTRAINT label_purpose_check
  CHECK (purpose IN ('query', 'audit', 'import', 'overlap', 'repeat', 'adjudication'));
ALTER TABLE label ADD CONSTRAINT label_about_check CHECK (
  (purpose IN ('overlap', 'repeat', 'adjudication')) = (about_task_id <> '')
  AND (about_task_id <> '') = (about_purpose IS NOT NULL)
);
-- The answers to one task; what settles it; who labels just now.
CREATE INDEX label_by_task ON label (task_id, position) WHERE task_id <> '';
CREATE INDEX label_adjudications ON label (about_task_id, position) WHERE purpose = 'adjudication';
CREATE INDEX label_by_time ON label (campaign_id, create_time) WHERE campaign_id <> '';
