CREATE TABLE pools (
  pool_id               text COLLATE "C" PRIMARY KEY,
  request_id            text NOT NULL UNIQUE,
  surveys               jsonb NOT NULL,
  received              bigint NOT NULL DEFAULT 0,
  stored                bigint NOT NULL DEFAULT 0,
  quarantined           bigint NOT NULL DEFAULT 0,
  duplicates            bigint NOT NULL DEFAULT 0,
  shard_count           integer NOT NULL DEFAULT 0,
  preprocessing_version text NOT NULL,
  -- empty until sealed
  manifest_key          text NOT NULL DEFAULT '',
  create_time           timestamptz NOT NULL,
  seal_time             timestamptz,
  -- nothing that came in is ever unaccounted for
  CHECK (received = stored + quarantined + duplicates)
);

CREATE TABLE shards (
  pool_id       text COLLATE "C" NOT NULL REFERENCES pools,
  number        integer NOT NULL,
  rows          integer NOT NULL,
  shard_key     text NOT NULL,
  spectra_key   text NOT NULL,
  reservoir_key text NOT NULL,
  -- of the object under shard_key
  sha256        text NOT NULL,
  bytes         bigint NOT NULL,
  min_id        text NOT NULL,
  max_id        text NOT NULL,
  PRIMARY KEY (pool_id, number)
);

-- Where each spectrum lies, and what it holds: the first 128 bits of the SHA-256 of wavelengths and flux as stored. The pool
-- comes last in the indexes: put first, it misleads the planner into reading a whole pool while it has no statistics yet.
CREATE TABLE spectra (
  pool_id      text COLLATE "C" NOT NULL REFERENCES pools,
  spectrum_id  text COLLATE "C" NOT NULL,
  shard        integer NOT NULL,
  row          integer NOT NULL,
  content_hash bytea NOT NULL,
  PRIMARY KEY (spectrum_id, pool_id)
);
CREATE UNIQUE INDEX spectra_of_content ON spectra (content_hash, pool_id);

CREATE TABLE quarantined_inputs (
  position    bigint GENERATED ALWAYS AS IDENTITY,
  pool_id     text COLLATE "C" NOT NULL REFERENCES pools,
  source      text NOT NULL,
  reason      text NOT NULL,
  message     text NOT NULL,
  -- of source, reason and message: the same input sent again is known by it
  fingerprint bytea NOT NULL,
  create_time timestamptz NOT NULL,
  PRIMARY KEY (pool_id, position),
  UNIQUE (pool_id, fingerprint)
);

-- Who may change a pool at present. The holder counts its renewals; one that stops counting has died.
CREATE TABLE pool_leases (
  pool_id  text COLLATE "C" PRIMARY KEY REFERENCES pools,
  holder   uuid NOT NULL,
  renewals bigint NOT NULL DEFAULT 0
);
