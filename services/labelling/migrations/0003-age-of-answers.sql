-- So that answers kept for retries can be forgotten.
ALTER TABLE answered_request ADD COLUMN answer_time timestamptz NOT NULL DEFAULT now();
CREATE INDEX answered_request_by_time ON answered_request (answer_time);
