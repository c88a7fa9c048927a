import { FileKind } from './file-kind.ts';
import type { PoolFile, PoolFileWriter } from './file-kind.ts';
import type { ByteSink, ByteSource } from './parquet/byte-source.ts';
import { boolean, dense, float32, string } from './parquet/schema.ts';
import type { TableData, TableInput } from './parquet/schema.ts';
import type { RowSelection } from './parquet/table-file.ts';

/** What a score file says about itself. */
export interface ScoresDescription {
  campaign: string;
  iteration: number;
  pool: string;
  /** The shard whose rows these are, in the same order. */
  shard: number;
  /** The models whose mean is the answer; the last one is this iteration's own. */
  models: string[];
  /** Class names, in the order of the probabilities; class 0 is the one not searched for. */
  classes: string[];
  /** The query strategy whose value `uncertainty` is. */
  strategy: string;
}

const scoresSchema = (classCount: number) => ({
  id: string,
  /** The scoring answer: one probability a class. */
  probabilities: dense(classCount),
  /** The same of this iteration's model alone. */
  model_probabilities: dense(classCount),
  /** The query strategy's value; larger is asked first. */
  uncertainty: float32,
  /** Labelled already, or asked: not to be asked again. */
  excluded: boolean,
});

export type ScoresSchema = ReturnType<typeof scoresSchema>;
export type ScoresColumn = keyof ScoresSchema;
/** Rows to write, by column, in the order of the shard's rows. */
export type ScoresRows = TableInput<ScoresSchema>;
export type ScoresData<K extends ScoresColumn = ScoresColumn> = TableData<Pick<ScoresSchema, K>>;

const scores = new FileKind<ScoresSchema, ScoresDescription>({
  kind: 'scores',
  schema: ({ classes }) => scoresSchema(classes.length),
  describe: (fields) => ({
    campaign: fields.string('campaign'),
    iteration: fields.count('iteration'),
    pool: fields.string('pool'),
    shard: fields.count('shard'),
    models: fields.strings('models'),
    classes: fields.strings('classes'),
    strategy: fields.string('strategy'),
  }),
  sortedById: true,
});

/** The scores of a shard as the bytes of one file. Errors: PoolError 'invalid-rows'. */
export const writeScores = (rows: ScoresRows, description: ScoresDescription): Promise<Uint8Array<ArrayBuffer>> =>
  scores.write(rows, description);

/** A writer that takes scores batch by batch. */
export const scoresWriter = (
  sink: ByteSink,
  description: ScoresDescription,
): PoolFileWriter<ScoresSchema, ScoresDescription> => scores.writer(sink, description);

/** Opens a score file for several reads or look-ups. Errors: PoolError. */
export const openScores = (source: ByteSource): Promise<PoolFile<ScoresSchema, ScoresDescription>> =>
  scores.open(source);

/** The given columns of a score file (all if not given), and its description. Errors: PoolError. */
export async function readScores<K extends ScoresColumn>(
  source: ByteSource,
  options: { columns?: readonly K[]; rows?: RowSelection } = {},
): Promise<{ description: ScoresDescription; rows: ScoresData<K> }> {
  const file = await openScores(source);
  return { description: file.description, rows: await file.read(options) };
}
