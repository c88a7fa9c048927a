import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw } from '@spectrawl/active-learning';
import { FEATURE_COUNT, orderById, shardWriter, spectraWriter, writeReservoir, type ByteSink } from '@spectrawl/pool';
import { PREPROCESSING_VERSION } from '@spectrawl/spectra';
import type { PixelPlace, SpectrumFacts } from './parsed-batch.ts';
import { readFully } from './stored-file.ts';

/** Rows that are sorted and handed to a writer at a time. */
const STEP_ROWS = 512;

/** Rows that make a shard, in the order in which they came. */
export interface ShardToWrite {
  /** Folder for the files. */
  directory: string;
  /** File with the pixels. */
  spool: string;
  pool: string;
  number: number;
  facts: SpectrumFacts[];
  /** In the spool. */
  places: PixelPlace[];
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
  minId: string;
  maxId: string;
}

/** Writes the files of a shard, sorted by id; memory holds the features and a few spectra. */
export async function writeShardFiles(request: ShardToWrite): Promise<WrittenShard> {
  const ids = request.facts.map(({ id }) => id);
  const order = orderById(ids);
  const shard = await writeFeatures(request, order);
  const spectra = await writePixels(request, order);
  const reservoir = await writeDraw(request, ids, order);
  const rows = new Uint32Array(order.length);
  order.forEach((from, to) => (rows[from] = to));
  return { shard, spectra, reservoir, rows, minId: ids[order[0]!]!, maxId: ids[order.at(-1)!]! };
}

async function writeFeatures({ directory, pool, number, facts, features }: ShardToWrite, order: Uint32Array) {
  const file = new HashedFile(join(directory, 'shard.parquet'));
  const description = { pool, shard: number, preprocessing: PREPROCESSING_VERSION, featureCount: FEATURE_COUNT };
  const writer = shardWriter(file, description);
  for (const step of steps(order)) {
    const rows = [...step].map((from) => facts[from]!);
    await writer.append({
      id: rows.map(({ id }) => id),
      designation: rows.map(({ designation }) => designation),
      obsid: rows.map(({ obsid }) => obsid),
      ra: rows.map(({ ra }) => ra),
      dec: rows.map(({ dec }) => dec),
      snr: rows.map(({ snr }) => snr),
      class: rows.map((row) => row.class),
      subclass: rows.map(({ subclass }) => subclass),
      survey: rows.map(({ survey }) => survey),
      source: rows.map(({ source }) => source),
      mjd: rows.map(({ mjd }) => mjd),
      features: rowsOf(features, step),
    });
  }
  await writer.finish();
  return file.close();
}

async function writePixels({ directory, spool, pool, number, facts, places }: ShardToWrite, order: Uint32Array) {
  const file = new HashedFile(join(directory, 'spectra.parquet'));
  const writer = spectraWriter(file, { pool, shard: number });
  const pixels = openSync(spool, 'r');
  try {
    for (const step of steps(order)) {
      const rows = [...step];
      const read = new PixelReader(pixels);
      await writer.append({
        id: rows.map((from) => facts[from]!.id),
        wavelength: rows.map((from) => read.wavelength(places[from]!)),
        flux: rows.map((from) => read.floats(places[from]!.flux, places[from]!.count)),
        uncertainty: rows.map((from) => {
          const { uncertainty, count } = places[from]!;
          return uncertainty < 0 ? null : read.floats(uncertainty, count);
        }),
        medium: rows.map((from) => facts[from]!.medium),
      });
    }
    await writer.finish();
  } finally {
    closeSync(pixels);
  }
  return file.close();
}

/** The rows with the smallest draw numbers: a random sample that merges exactly with those of other shards. */
async function writeDraw(request: ShardToWrite, ids: string[], order: Uint32Array) {
  const { directory, pool, number, features, reservoir } = request;
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

function* steps(order: Uint32Array): Generator<Uint32Array> {
  for (let start = 0; start < order.length; start += STEP_ROWS) yield order.subarray(start, start + STEP_ROWS);
}

function rowsOf(features: Float32Array, rows: Uint32Array): Float32Array {
  const out = new Float32Array(rows.length * FEATURE_COUNT);
  rows.forEach((from, to) => {
    out.set(features.subarray(from * FEATURE_COUNT, (from + 1) * FEATURE_COUNT), to * FEATURE_COUNT);
  });
  return out;
}

/** Reads pixels from the spool; spectra that share their wavelengths get one array. */
class PixelReader {
  readonly #file: number;
  readonly #wavelengths = new Map<number, Float64Array>();

  constructor(file: number) {
    this.#file = file;
  }

  wavelength({ wavelength: offset, count }: PixelPlace): Float64Array {
    const known = this.#wavelengths.get(offset);
    if (known) return known;
    const values = new Float64Array(count);
    readFully(this.#file, new Uint8Array(values.buffer), offset);
    this.#wavelengths.set(offset, values);
    return values;
  }

  floats(offset: number, count: number): Float32Array {
    const values = new Float32Array(count);
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
