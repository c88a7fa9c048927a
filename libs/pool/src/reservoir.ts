import { FileKind } from './file-kind.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { dense, float64, int32, string } from './parquet/schema.ts';
import type { TableData, TableInput } from './parquet/schema.ts';
import { PoolError } from './pool-error.ts';

/** What a reservoir says about itself. */
export interface ReservoirDescription {
  pool: string;
  shard: number;
  /** Rows of the shard that the reservoir was drawn from. */
  shardRows: number;
  /** The seed of the priorities, in decimal digits. */
  seed: string;
  featureCount: number;
}

const reservoirSchema = (featureCount: number) => ({
  id: string,
  /** Row of the shard, from 0. */
  row: int32,
  /** Seeded draw number in [0, 1); the reservoir holds the rows of the smallest, so that reservoirs merge exactly. */
  priority: float64,
  features: dense(featureCount),
});

export type ReservoirSchema = ReturnType<typeof reservoirSchema>;
/** Rows to write, by column, ascending by priority, ties by id. */
export type ReservoirRows = TableInput<ReservoirSchema>;
export type ReservoirData = TableData<ReservoirSchema>;

const reservoirs = new FileKind<ReservoirSchema, ReservoirDescription>({
  kind: 'reservoir',
  schema: ({ featureCount }) => reservoirSchema(featureCount),
  describe: (fields) => ({
    pool: fields.string('pool'),
    shard: fields.count('shard'),
    shardRows: fields.count('shardRows'),
    seed: fields.string('seed'),
    featureCount: fields.count('featureCount'),
  }),
  checkRows: checkOrder,
});

/** A reservoir as the bytes of one file. Errors: PoolError 'invalid-rows', also for priorities that do not ascend. */
export const writeReservoir = (
  rows: ReservoirRows,
  description: ReservoirDescription,
): Promise<Uint8Array<ArrayBuffer>> => reservoirs.write(rows, description);

/** A whole reservoir; it is small. Errors: PoolError. */
export async function readReservoir(
  source: ByteSource,
): Promise<{ description: ReservoirDescription; rows: ReservoirData }> {
  const file = await reservoirs.open(source);
  return { description: file.description, rows: await file.read() };
}

function checkOrder({ id, priority }: ReservoirRows): void {
  for (let i = 1; i < priority.length; i++) {
    const [before, after] = [priority[i - 1]!, priority[i]!];
    if (before < after || (before === after && id[i - 1]! < id[i]!)) continue;
    throw new PoolError(
      'invalid-rows',
      `Reservoir row ${i} (${id[i]}): priorities must ascend, ties by id. Sort the rows first.`,
    );
  }
}
