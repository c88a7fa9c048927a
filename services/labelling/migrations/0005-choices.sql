-- Tasks of spectra that somebody picked out: they say by whom, and are shown without the network's answer.
ALTER TABLE task DROP CONSTRAINT task_purpose_check;
ALTER TABLE task ADD CONSTRAINT task_purpose_check CHECK (purpose IN ('query', 'audit', 'choice'));
ALTER TABLE task DROP CONSTRAINT task_check;
ALTER TABLE task ADD CONSTRAINT task_blind_check CHECK (
  CASE purpose WHEN 'query' THEN true WHEN 'choice' THEN probabilities = '[]' ELSE reason = '' AND probabilities = '[]' END
);

ALTER TABLE label DROP CONSTRAINT label_purpose_check;
ALTER TABLE label ADD CONSTRAINT label_purpose_check
  CHECK (purpose IN ('query', 'audit', 'choice', 'import', 'overlap', 'repeat', 'adjudication'));
ALTER TABLE label DROP CONSTRAINT label_about_purpose_check;
ALTER TABLE label ADD CONSTRAINT label_about_purpose_check CHECK (about_purpose IN ('query', 'audit', 'choice'));
