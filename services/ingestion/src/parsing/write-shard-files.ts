import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw } from '@spectrawl/active-learning';
import { FEATURE_COUNT, orderById, shardWriter, spectraWriter, writeReservoir, type ByteSink } from '@spectrawl/pool';
import { PREPROCESSING_VERSION } from '@spectrawl/spectra';
import type { SkyColumns } from '../sky-index.ts';
import type { SpectrumFacts } from './parsed-batch.ts';
import { readPlace } from './row-places.ts';
import { readFully } from './stored-file.ts';

/** Rows that are sorted and handed to a writer at a time. */
const STEP_ROWS = 512;

/** Rows that make a shard, in the order in which they came. */
export interface ShardToWrite {
  /** Folder for the files. */
  directory: string;
  /** File with the facts and the pixels. */
  spool: string;
  pool: string;
  number: number;
  ids: string[];
  /** Where in the spool facts and pixels lie, as row-places.ts has it. */
  places: Float64Array<ArrayBuffer>;
  /** rows × 140. */
  features: Float32Array<ArrayBuffer>;
  reservoir: { rows: number; seed: bigint };
}

/** A file that was written. */
export interface WrittenFile {
  path: string;
  bytes: number;
  /** SHA-256, hexadecimal. */
  sha256: string;
}

/** The files of a shard. */
export interface WrittenShard {
  shard: WrittenFile;
  spectra: WrittenFile;
  reservoir: WrittenFile;
  /** The row of the shard in which each given row lies. */
  rows: Uint32Array;
  /** Where its rows lie on the sky. */
  sky: SkyColumns;
  minId: string;
  maxId: string;
}

/** Writes the files of a shard, sorted by id; memory holds the features and a few spectra. */
export async function writeShardFiles(request: ShardToWrite): Promise<WrittenShard> {
  const { ids } = request;
  const order = orderById(ids);
  const { shard, spectra, sky } = await writeRows(request, order);
  const reservoir = await writeDraw(request, order);
  const rows = new Uint32Array(order.length);
  order.forEach((from, to) => (rows[from] = to));
  return { shard, spectra, reservoir, rows, sky, minId: ids[order[0]!]!, maxId: ids[order.at(-1)!]! };
}

async function writeRows({ directory, spool, pool, number, places, features }: ShardToWrite, order: Uint32Array) {
  const shardFile = new HashedFile(join(directory, 'shard.parquet'));
  const spectraFile = new HashedFile(join(directory, 'spectra.parquet'));
  const description = { pool, shard: number, preprocessing: PREPROCESSING_VERSION, featureCount: FEATURE_COUNT };
  const shard = shardWriter(shardFile, description);
  const spectra = spectraWriter(spectraFile, { pool, shard: number });
  const sky = {
    ra: new Float64Array(order.length),
    dec: new Float64Array(order.length),
    designation: [] as (string | null)[],
  };
  const file = openSync(spool, 'r');
  try {
    for (let start = 0; start < order.length; start += STEP_ROWS) {
      const step = order.subarray(start, start + STEP_ROWS);
      const rows = new SpooledRows(file, places, step);
      const facts = rows.facts();
      for (const [at, { ra, dec, designation }] of facts.entries()) {
        sky.ra[start + at] = ra ?? Number.NaN;
        sky.dec[start + at] = dec ?? Number.NaN;
        sky.designation.push(designation);
      }
      await shard.append({ ...columnsOf(facts), features: rowsOf(features, step) });
      await spectra.append({
        id: facts.map(({ id }) => id),
        ...rows.pixels(),
        medium: facts.map(({ medium }) => medium),
      });
    }
  } finally {
    closeSync(file);
  }
  await shard.finish();
  await spectra.finish();
  return { shard: shardFile.close(), spectra: spectraFile.close(), sky };
}

const columnsOf = (rows: SpectrumFacts[]) => ({
  id: rows.map(({ id }) => id),
  designation: rows.map(({ designation }) => designation),
  obsid: rows.map(({ obsid }) => (obsid === null ? null : BigInt(obsid))),
  ra: rows.map(({ ra }) => ra),
  dec: rows.map(({ dec }) => dec),
  snr: rows.map(({ snr }) => snr),
  class: rows.map((row) => row.class),
  subclass: rows.map(({ subclass }) => subclass),
  survey: rows.map(({ survey }) => survey),
  source: rows.map(({ source }) => source),
  mjd: rows.map(({ mjd }) => mjd),
});

/** The rows with the smallest draw numbers: a random sample that merges exactly with those of other shards. */
async function writeDraw({ directory, pool, number, ids, features, reservoir }: ShardToWrite, order: Uint32Array) {
  const draw = createDraw(reservoir.seed, 'exploration');
  const priorities = Float64Array.from(ids, draw);
  const rowOf = new Map(Array.from(order, (from, to) => [from, to]));
  const chosen = Uint32Array.from(order)
    .sort((a, b) => priorities[a]! - priorities[b]! || (ids[a]! < ids[b]! ? -1 : 1))
    .subarray(0, reservoir.rows);
  const bytes = await writeReservoir(
    {
      id: Array.from(chosen, (from) => ids[from]!),
      row: Int32Array.from(chosen, (from) => rowOf.get(from)!),
      priority: Float64Array.from(chosen, (from) => priorities[from]!),
      features: rowsOf(features, chosen),
    },
    { pool, shard: number, shardRows: ids.length, seed: reservoir.seed.toString(), featureCount: FEATURE_COUNT },
  );
  const file = new HashedFile(join(directory, 'reservoir.parquet'));
  file.write(bytes);
  return file.close();
}

function rowsOf(features: Float32Array, rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length * FEATURE_COUNT);
  rows.forEach((from, to) => {
    out.set(features.subarray(from * FEATURE_COUNT, (from + 1) * FEATURE_COUNT), to * FEATURE_COUNT);
  });
  return out;
}

/** Some rows of the spool. Spectra that share their wavelengths there get one array. */
class SpooledRows {
  readonly #file: number;
  readonly #places: ReturnType<typeof readPlace>[];

  constructor(file: number, places: Float64Array, rows: Uint32Array) {
    this.#file = file;
    this.#places = Array.from(rows, (row) => readPlace(places, row));
  }

  facts(): SpectrumFacts[] {
    const text = new TextDecoder();
    return this.#places.map(({ facts, factsBytes }) => {
      const encoded = new Uint8Array(factsBytes);
      readFully(this.#file, encoded, facts);
      return JSON.parse(text.decode(encoded)) as SpectrumFacts;
    });
  }

  pixels() {
    const known = new Map<number, Float64Array>();
    return {
      wavelength: this.#places.map(({ wavelength, pixels }) => {
        const values = known.get(wavelength) ?? this.#read(new Float64Array(pixels), wavelength);
        known.set(wavelength, values);
        return values;
      }),
      flux: this.#places.map(({ flux, pixels }) => this.#read(new Float32Array(pixels), flux)),
      uncertainty: this.#places.map(({ uncertainty, pixels }) =>
        uncertainty < 0 ? null : this.#read(new Float32Array(pixels), uncertainty),
      ),
    };
  }

  #read<A extends Float32Array | Float64Array>(values: A, offset: number): A {
    readFully(this.#file, new Uint8Array(values.buffer), offset);
    return values;
  }
}

/** A file that is hashed while it is written. */
class HashedFile implements ByteSink {
  readonly #path: string;
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'w');
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (let written = 0; written < bytes.byteLength;) {
      written += writeSync(this.#file, bytes, written, bytes.byteLength - written);
    }
    this.#bytes += bytes.byteLength;
  }

  close(): WrittenFile {
    closeSync(this.#file);
    return { path: this.#path, bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}
