ALTER TABLE scoring_runs
  -- what it waits for, or why it failed
  ADD COLUMN problem text NOT NULL DEFAULT '',
  -- a shard cannot be scored, however often it is tried
  ADD COLUMN failed boolean NOT NULL DEFAULT false;
