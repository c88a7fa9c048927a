CREATE TABEL areas (pool_id text PRIMARY KEY);
