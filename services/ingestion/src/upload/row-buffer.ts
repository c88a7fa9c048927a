import { open, type FileHandle } from 'node:fs/promises';
import { FEATURE_COUNT } from '@spectrawl/spectra';
import type { ParsedBatch, ParsedSpectrum } from '../parsing/parsed-batch.ts';
import { PLACE_NUMBERS, readPlace, writePlace } from '../parsing/row-places.ts';

/** Rows for which there is room at first. */
const FIRST_ROWS = 1024;

/** Rows that wait for their shard: ids and features in memory, facts and pixels in a file. */
export class RowBuffer {
  readonly #path: string;
  readonly #capacity: number;
  #spool: { handle: FileHandle; size: number } | undefined;
  /** The batch in hand, and where in the spool its block lies. */
  #batch: { block: Uint8Array; offset: number } | undefined;
  #features = new Float32Array(0);
  #places = new Float64Array(0);
  #surveys = new Set<string>();
  /** In the order in which they came. */
  readonly #hashOfId = new Map<string, string>();
  readonly #hashes = new Set<string>();

  /** @param path of the spool @param capacity rows of a full shard */
  constructor(path: string, capacity: number) {
    this.#path = path;
    this.#capacity = capacity;
  }

  get rows(): number {
    return this.#hashOfId.size;
  }

  get full(): boolean {
    return this.rows >= this.#capacity;
  }

  /** Whether a spectrum has that id; also after `close`. */
  hasId(id: string): boolean {
    return this.#hashOfId.has(id);
  }

  /** Whether a spectrum has that content; also after `close`. */
  hasContent(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /** Adds a spectrum of a batch, whose id and content the buffer must not have. */
  async add({ id, survey, contentHash, row }: ParsedSpectrum, batch: ParsedBatch): Promise<void> {
    const base = await this.#lay(batch.block);
    const to = this.rows;
    this.#roomForOne();
    writePlace(this.#places, to, readPlace(batch.places, row), base);
    this.#features.set(batch.features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT), to * FEATURE_COUNT);
    this.#surveys.add(survey);
    this.#hashOfId.set(id, contentHash);
    this.#hashes.add(contentHash);
  }

  /** All rows, which the caller then owns; the buffer keeps knowing what it had. */
  async close() {
    await this.#spool?.handle.close();
    const closed = {
      spool: this.#path,
      ids: [...this.#hashOfId.keys()],
      contentHashes: [...this.#hashOfId.values()],
      surveys: this.#surveys,
      features: this.#features.slice(0, this.rows * FEATURE_COUNT),
      places: this.#places.slice(0, this.rows * PLACE_NUMBERS),
    };
    this.#spool = undefined;
    this.#batch = undefined;
    this.#features = new Float32Array(0);
    this.#places = new Float64Array(0);
    return closed;
  }

  /** Writes the block of a batch once, when the first of its spectra is added. */
  async #lay(block: Uint8Array): Promise<number> {
    if (this.#batch?.block === block) return this.#batch.offset;
    const spool = (this.#spool ??= { handle: await open(this.#path, 'w'), size: 0 });
    const offset = spool.size;
    await spool.handle.writeFile(block);
    spool.size += block.byteLength;
    this.#batch = { block, offset };
    return offset;
  }

  #roomForOne(): void {
    const room = this.#features.length / FEATURE_COUNT;
    if (this.rows < room) return;
    const rows = Math.min(this.#capacity, Math.max(FIRST_ROWS, room * 2));
    const features = new Float32Array(rows * FEATURE_COUNT);
    features.set(this.#features);
    this.#features = features;
    const places = new Float64Array(rows * PLACE_NUMBERS);
    places.set(this.#places);
    this.#places = places;
  }
}
