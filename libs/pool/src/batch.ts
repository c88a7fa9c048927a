import { FileKind } from './file-kind.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { dense, float64, int32, string } from './parquet/schema.ts';
import type { TableData, TableInput } from './parquet/schema.ts';
import { PoolError } from './pool-error.ts';

/** Why a spectrum is asked about: to teach the model, or to estimate its performance. */
export const BATCH_PURPOSES = ['query', 'audit'] as const;
export type BatchPurpose = (typeof BATCH_PURPOSES)[number];

/** What a batch says about itself. */
export interface BatchDescription {
  campaign: string;
  iteration: number;
  /** The model whose scores chose the batch. */
  model: string;
  /** Class names, in the order of the probabilities. */
  classes: string[];
  /** The campaign's seed for this iteration, in decimal digits. */
  seed: string;
  featureCount: number;
}

const batchSchema = (featureCount: number, classCount: number) => ({
  id: string,
  shard: int32,
  row: int32,
  features: dense(featureCount),
  probabilities: dense(classCount),
  /** One of BATCH_PURPOSES. */
  purpose: string,
  /** What chose the row: a strategy, a quota, a stratum. */
  reason: string,
  /** Order of asking, from 0. */
  rank: int32,
  /** Probability, over the seeds, that the row was drawn; 1 where nothing was drawn. */
  inclusion_probability: float64,
});

export type BatchSchema = ReturnType<typeof batchSchema>;
/** Rows to write, by column. */
export type BatchRows = TableInput<BatchSchema>;
export type BatchData = TableData<BatchSchema>;

const batches = new FileKind<BatchSchema, BatchDescription>({
  kind: 'batch',
  schema: ({ featureCount, classes }) => batchSchema(featureCount, classes.length),
  describe: (fields) => ({
    campaign: fields.string('campaign'),
    iteration: fields.count('iteration'),
    model: fields.string('model'),
    classes: fields.strings('classes'),
    seed: fields.string('seed'),
    featureCount: fields.count('featureCount'),
  }),
  checkRows: checkBatch,
});

/** A batch as the bytes of one file. Errors: PoolError 'invalid-rows': an id twice, an unknown purpose, no probability. */
export const writeBatch = (rows: BatchRows, description: BatchDescription): Promise<Uint8Array<ArrayBuffer>> =>
  batches.write(rows, description);

/** A whole batch; it is small. Errors: PoolError. */
export async function readBatch(source: ByteSource): Promise<{ description: BatchDescription; rows: BatchData }> {
  const file = await batches.open(source);
  return { description: file.description, rows: await file.read() };
}

function checkBatch(rows: BatchRows): void {
  const seen = new Set<string>();
  for (let i = 0; i < rows.id.length; i++) {
    const id = rows.id[i]!;
    const fail = (what: string) => new PoolError('invalid-rows', `Batch row ${i} (${id}): ${what}.`);
    // Queries and audits are disjoint, so that labels asked for teaching never bias the estimate.
    if (seen.has(id)) throw fail('the id occurs twice');
    seen.add(id);
    if (!(BATCH_PURPOSES as readonly string[]).includes(rows.purpose[i]!)) {
      throw fail(`purpose must be ${BATCH_PURPOSES.join(' or ')}, not ${rows.purpose[i]}`);
    }
    const probability = rows.inclusion_probability[i]!;
    if (!(probability > 0 && probability <= 1)) throw fail(`inclusion_probability ${probability} is not in (0, 1]`);
  }
}
