-- Catalogues of users, compared by position with the spectra that a campaign scored.
CREATE TABLE cross_matches (
  campaign_id   text NOT NULL,
  name          text NOT NULL,
  file_name     text NOT NULL,
  -- arc seconds
  radius        double precision NOT NULL,
  rows          bigint NOT NULL,
  matched       bigint NOT NULL,
  unmatched     bigint NOT NULL,
  rejected      bigint NOT NULL,
  problems      jsonb NOT NULL,
  known_spectra bigint NOT NULL,
  columns       jsonb NOT NULL,
  -- The rows that have a position, each with the nearest spectrum.
  rows_key      text NOT NULL,
  -- The spectra near one of them, each with the nearest row.
  known_key     text NOT NULL,
  create_time   timestamptz NOT NULL,
  PRIMARY KEY (campaign_id, name),
  CHECK (rows = matched + unmatched + rejected)
);
