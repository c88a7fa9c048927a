-- Spectra that annotators picked out themselves, of finished iterations. They train and are not asked again, as queries are; they
-- are kept apart from the questions, which selection drew, so that no estimate ever reads them.
CREATE TABLE choices (
  campaign_id       text NOT NULL,
  iteration         integer NOT NULL,
  spectrum_id       text NOT NULL,
  PRIMARY KEY (campaign_id, iteration, spectrum_id),
  FOREIGN KEY (campaign_id, iteration) REFERENCES iterations
);
