import { FileKind } from './file-kind.ts';
import type { PoolFile } from './file-kind.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { boolean, float32, int32, string } from './parquet/schema.ts';
import type { TableData, TableInput } from './parquet/schema.ts';

/** What a map says about itself. */
export interface PoolMapDescription {
  campaign: string;
  iteration: number;
  /** The model whose last hidden layer was laid out. */
  model: string;
  /** The pool that most points are of. */
  pool: string;
  /** Spectra of that pool. */
  poolRows: number;
  /** Class names; `class` refers to them. */
  classes: string[];
  /** Points that are labelled spectra; they come last. */
  labelledPoints: number;
}

const mapSchema = {
  pool: string,
  id: string,
  /** −1 to 1, right and up. */
  x: float32,
  y: float32,
  /** Index of the most probable class or, of a labelled spectrum, of its label. */
  class: int32,
  /** Of the most probable class; 1 for a labelled spectrum. */
  probability: float32,
  labelled: boolean,
};

export type PoolMapSchema = typeof mapSchema;
/** Points to write, by column; the labelled ones last. */
export type PoolMapRows = TableInput<PoolMapSchema>;
export type PoolMapData = TableData<PoolMapSchema>;

const maps = new FileKind<PoolMapSchema, PoolMapDescription>({
  kind: 'map',
  schema: () => mapSchema,
  describe: (fields) => ({
    campaign: fields.string('campaign'),
    iteration: fields.count('iteration'),
    model: fields.string('model'),
    pool: fields.string('pool'),
    poolRows: fields.count('poolRows'),
    classes: fields.strings('classes'),
    labelledPoints: fields.count('labelledPoints'),
  }),
});

/** A map as the bytes of one file. Errors: PoolError 'invalid-rows'. */
export const writePoolMap = (rows: PoolMapRows, description: PoolMapDescription): Promise<Uint8Array<ArrayBuffer>> =>
  maps.write(rows, description);

/** Opens a map for several reads. Errors: PoolError. */
export const openPoolMap = (source: ByteSource): Promise<PoolFile<PoolMapSchema, PoolMapDescription>> =>
  maps.open(source);
