CREATE TABLE pools (
  pool_id text PRIMARY KEY,
  heard   boolean NOT NULL
);
