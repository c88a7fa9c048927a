import { FileKind } from './file-kind.ts';
import type { PoolFile, PoolFileWriter } from './file-kind.ts';
import type { ByteSink, ByteSource } from './parquet/byte-source.ts';
import { dense, float32, float64, int64, optional, string } from './parquet/schema.ts';
import type { TableData, TableInput } from './parquet/schema.ts';
import type { RowSelection } from './parquet/table-file.ts';

/** Points of the feature grid: 6519–6732 Å in Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122. */
export const FEATURE_COUNT = 140;

/** Rows of a full shard: 85 MB of Parquet, 32 shards for the 4.1 million spectra of LAMOST DR2. */
export const SHARD_ROWS = 131_072;

/** What a shard says about itself. */
export interface ShardDescription {
  pool: string;
  /** Number of the shard in its pool, from 0. */
  shard: number;
  /** Version of the preprocessing that made the features. */
  preprocessing: string;
  featureCount: number;
}

const shardSchema = (featureCount: number) => ({
  /** Unique in the pool. */
  id: string,
  designation: optional(string),
  obsid: optional(int64),
  /** Sky position, ICRS, degrees. */
  ra: optional(float64),
  dec: optional(float64),
  /** Signal-to-noise ratio as the survey gives it. */
  snr: optional(float32),
  /** The survey's own classification. */
  class: optional(string),
  subclass: optional(string),
  survey: string,
  /** The file that the spectrum came from. */
  source: string,
  /** Time of the observation, modified Julian date. */
  mjd: optional(float64),
  /** Preprocessed flux on the feature grid, in [−1, 1]. */
  features: dense(featureCount),
});

export type ShardSchema = ReturnType<typeof shardSchema>;
export type ShardColumn = keyof ShardSchema;
/** Rows to write, by column, ascending by id; `features` is rows × featureCount, row-major. */
export type ShardRows = TableInput<ShardSchema>;
/** Rows as read. */
export type ShardData<K extends ShardColumn = ShardColumn> = TableData<Pick<ShardSchema, K>>;

const shards = new FileKind<ShardSchema, ShardDescription>({
  kind: 'shard',
  schema: ({ featureCount }) => shardSchema(featureCount),
  describe: (fields) => ({
    pool: fields.string('pool'),
    shard: fields.count('shard'),
    preprocessing: fields.string('preprocessing'),
    featureCount: fields.count('featureCount'),
  }),
  sortedById: true,
});

/** A shard as the bytes of one file. Errors: PoolError 'invalid-rows', also for ids that do not ascend. */
export const writeShard = (rows: ShardRows, description: ShardDescription): Promise<Uint8Array<ArrayBuffer>> =>
  shards.write(rows, description);

/** A writer for shards that do not fit in memory. Ids must ascend over all rows appended. */
export const shardWriter = (
  sink: ByteSink,
  description: ShardDescription,
): PoolFileWriter<ShardSchema, ShardDescription> => shards.writer(sink, description);

/** Opens a shard for several reads or look-ups. Errors: PoolError. */
export const openShard = (source: ByteSource): Promise<PoolFile<ShardSchema, ShardDescription>> => shards.open(source);

/** The given columns of a shard (all if not given), and its description. Errors: PoolError. */
export async function readShard<K extends ShardColumn>(
  source: ByteSource,
  options: { columns?: readonly K[]; rows?: RowSelection } = {},
): Promise<{ description: ShardDescription; rows: ShardData<K> }> {
  const file = await openShard(source);
  return { description: file.description, rows: await file.read(options) };
}

/**
 * The order that sorts rows by id, as row numbers: `order[i]` is the row that comes i-th. Ids compare by code units,
 * as everywhere where ties are broken.
 */
export function orderById(ids: readonly string[]): Uint32Array {
  return Uint32Array.from(ids.keys()).sort((a, b) => (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0));
}
