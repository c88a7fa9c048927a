-- What people think of spectra that a network proposes. Rows are only added; the latest one of a spectrum counts.
CREATE TABLE candidate_reviews (
  position    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_id  text NOT NULL UNIQUE,
  campaign_id text NOT NULL REFERENCES campaigns,
  spectrum_id text NOT NULL,
  verdict     text NOT NULL CHECK (verdict IN ('accepted', 'rejected', 'undecided')),
  comment     text NOT NULL,
  annotator   text NOT NULL,
  create_time timestamptz NOT NULL
);
CREATE INDEX candidate_reviews_of_spectrum ON candidate_reviews (campaign_id, spectrum_id, position DESC);
