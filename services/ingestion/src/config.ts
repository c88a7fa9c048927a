import { availableParallelism, tmpdir } from 'node:os';
import { SHARD_ROWS } from '@spectrawl/pool';
import { z } from 'zod';

const MEBIBYTE = 2 ** 20;

/** The configuration of the ingestion service. */
export const IngestionConfig = z.strictObject({
  /** Spectra of a full shard. An upload's last shard may have fewer. */
  shardRows: z.int().min(1).max(SHARD_ROWS).default(SHARD_ROWS),
  /** Random rows kept beside each shard. */
  reservoirRows: z.int().min(1).max(SHARD_ROWS).default(4096),
  /** Largest survey file in bytes, also after gunzip; it is held in memory. */
  maxFileBytes: z
    .int()
    .min(1)
    .max(1024 * MEBIBYTE)
    .default(256 * MEBIBYTE),
  /** Largest Parquet table in bytes; it is laid aside in the spool directory and read in parts. */
  maxTableBytes: z
    .int()
    .min(1)
    .default(64 * 1024 * MEBIBYTE),
  /** Threads that parse files and write shards. */
  parsers: z.int().min(1).max(256).default(availableParallelism()),
  /** Where rows wait until their shard is full: room for two uncompressed shards, and for the largest table. */
  spoolDirectory: z.string().min(1).default(tmpdir()),
  /** After so many seconds without a sign of life, an upload counts as dead and its pool as free. */
  leaseSeconds: z.number().min(0.1).max(600).default(5),
});
export type IngestionConfig = z.infer<typeof IngestionConfig>;
