export { PoolError } from './pool-error.ts';
export type { PoolErrorReason } from './pool-error.ts';

export { BytesSink, bytesSource } from './parquet/byte-source.ts';
export type { ByteSink, ByteSource } from './parquet/byte-source.ts';
export { column } from './parquet/schema.ts';
export type { Column, ColumnData, ColumnInput, TableData, TableInput, TableSchema } from './parquet/schema.ts';
export { TableWriter, writeTable } from './parquet/table-writer.ts';
export type { TableWriterOptions } from './parquet/table-writer.ts';
export { TableFile, readTable } from './parquet/table-file.ts';
export type { ReadOptions, RowSelection } from './parquet/table-file.ts';
export type { StoredColumn } from './parquet/stored-columns.ts';

export { SCHEMA_VERSION } from './file-kind.ts';
export type { PoolFile, PoolFileWriter } from './file-kind.ts';

export { FEATURE_COUNT, SHARD_ROWS, openShard, orderById, readShard, shardWriter, writeShard } from './shard.ts';
export type { ShardColumn, ShardData, ShardDescription, ShardRows, ShardSchema } from './shard.ts';
export { readSpectra, readSpectrum, spectraWriter, writeSpectra } from './spectra.ts';
export type { FullSpectrum, Medium, SpectraDescription, SpectraRows, SpectraSchema } from './spectra.ts';
export { SpectraTable, spectraTableWriter } from './spectra-table.ts';
export type { SpectraTableData, SpectraTableRows, SpectraTableSchema } from './spectra-table.ts';
export { readReservoir, writeReservoir } from './reservoir.ts';
export type { ReservoirData, ReservoirDescription, ReservoirRows } from './reservoir.ts';
export { openScores, readScores, scoresWriter, writeScores } from './scores.ts';
export type { ScoresColumn, ScoresData, ScoresDescription, ScoresRows, ScoresSchema } from './scores.ts';
export { BATCH_PURPOSES, readBatch, writeBatch } from './batch.ts';
export type { BatchData, BatchDescription, BatchPurpose, BatchRows } from './batch.ts';
export { readSummary, writeSummary } from './summary.ts';
export { openPoolMap, writePoolMap } from './pool-map.ts';
export type { PoolMapData, PoolMapDescription, PoolMapRows } from './pool-map.ts';
export { findFeatures } from './find-features.ts';
export { findSpectra } from './find-spectra.ts';
export { parseManifest, writeManifest } from './manifest.ts';
export type { FeatureGrid, Manifest, ManifestShard, PoolCounts, Preprocessing } from './manifest.ts';
export {
  batchKey,
  catalogueKey,
  cataloguePrefix,
  crossMatchKey,
  manifestKey,
  MODEL_FILES,
  modelKey,
  modelPrefix,
  planKey,
  poolMapKey,
  reservoirKey,
  scoresKey,
  shardKey,
  spectraKey,
  summaryKey,
} from './keys.ts';
