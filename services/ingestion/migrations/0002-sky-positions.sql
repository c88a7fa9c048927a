-- Where on the sky each spectrum of a pool lies, so that other spectra of the same object are found without reading the shards.
-- The name is kept only where the survey gives no position.
CREATE TABLE sky_positions (
  pool_id     text COLLATE "C" NOT NULL REFERENCES pools,
  shard       integer NOT NULL,
  row         integer NOT NULL,
  -- degrees, ICRS
  ra          double precision,
  dec         double precision,
  designation text COLLATE "C",
  CHECK ((ra IS NULL) = (dec IS NULL)),
  CHECK ((dec IS NULL) <> (designation IS NULL))
);
CREATE INDEX sky_positions_by_declination ON sky_positions (dec) WHERE dec IS NOT NULL;
CREATE INDEX sky_positions_by_designation ON sky_positions (designation) WHERE designation IS NOT NULL;

-- Shards that an earlier release wrote are entered when their pool is first asked about.
ALTER TABLE shards ADD COLUMN positions_indexed boolean NOT NULL DEFAULT false;
