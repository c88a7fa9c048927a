import type { ColumnType, Generated } from '@spectrawl/database';

export interface PoolsTable {
  pool_id: string;
  request_id: string;
  surveys: ColumnType<string[], string[], string[]>;
  received: Generated<number>;
  stored: Generated<number>;
  quarantined: Generated<number>;
  duplicates: Generated<number>;
  shard_count: Generated<number>;
  preprocessing_version: string;
  manifest_key: Generated<string>;
  create_time: Date;
  seal_time: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface ShardsTable {
  pool_id: string;
  number: number;
  rows: number;
  shard_key: string;
  spectra_key: string;
  reservoir_key: string;
  sha256: string;
  bytes: number;
  min_id: string;
  max_id: string;
  positions_indexed: Generated<boolean>;
}

export interface SkyPositionsTable {
  pool_id: string;
  shard: number;
  row: number;
  ra: number | null;
  dec: number | null;
  designation: string | null;
}

export interface SpectraTable {
  pool_id: string;
  spectrum_id: string;
  shard: number;
  row: number;
  content_hash: Uint8Array;
}

export interface QuarantinedInputsTable {
  position: Generated<number>;
  pool_id: string;
  source: string;
  reason: string;
  message: string;
  fingerprint: Uint8Array;
  create_time: Date;
}

export interface PoolLeasesTable {
  pool_id: string;
  holder: string;
  renewals: Generated<number>;
}

export interface Tables {
  pools: PoolsTable;
  shards: ShardsTable;
  spectra: SpectraTable;
  sky_positions: SkyPositionsTable;
  quarantined_inputs: QuarantinedInputsTable;
  pool_leases: PoolLeasesTable;
}
