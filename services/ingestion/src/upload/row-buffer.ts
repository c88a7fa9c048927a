import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FEATURE_COUNT } from '@spectrawl/spectra';
import type { ParsedBatch, ParsedSpectrum, PixelPlace, SpectrumFacts } from '../parsing/parsed-batch.ts';

/** Rows for which there is room at first. */
const FIRST_ROWS = 1024;

/** Rows that wait for their shard: facts and features in memory, pixels in a file. */
export class RowBuffer {
  readonly #directory: string;
  readonly #capacity: number;
  #spool: { path: string; handle: FileHandle; size: number } | undefined;
  #spools = 0;
  #facts: SpectrumFacts[] = [];
  #places: PixelPlace[] = [];
  #contentHashes: string[] = [];
  #features = new Float32Array(0);
  /** Where in the spool the pixels of the batch in hand lie. */
  #batch: { pixels: Uint8Array; offset: number } | undefined;
  readonly #ids = new Set<string>();
  readonly #hashes = new Set<string>();

  /** @param directory for the pixels @param capacity rows of a full shard */
  constructor(directory: string, capacity: number) {
    this.#directory = directory;
    this.#capacity = capacity;
  }

  get rows(): number {
    return this.#facts.length;
  }

  get full(): boolean {
    return this.rows >= this.#capacity;
  }

  /** Whether a waiting spectrum has that id. */
  hasId(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether a waiting spectrum has that content. */
  hasContent(hash: string): boolean {
    return this.#hashes.has(hash);
  }

  /** Adds a spectrum of a batch. */
  async add(spectrum: ParsedSpectrum, { pixels, features }: ParsedBatch): Promise<void> {
    const base = await this.#lay(pixels);
    const { kind: _, contentHash, place, row, ...facts } = spectrum;
    const { count, wavelength, flux, uncertainty } = place;
    this.#places.push({
      count,
      wavelength: base + wavelength,
      flux: base + flux,
      uncertainty: uncertainty < 0 ? -1 : base + uncertainty,
    });
    this.#roomForOne();
    this.#features.set(features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT), this.rows * FEATURE_COUNT);
    this.#facts.push(facts);
    this.#contentHashes.push(contentHash);
    this.#ids.add(facts.id);
    this.#hashes.add(contentHash);
  }

  /** All rows, which the buffer then forgets; the caller deletes the spool. */
  async take() {
    const { path, handle } = this.#spool!;
    await handle.close();
    const features = this.#features.slice(0, this.rows * FEATURE_COUNT);
    const taken = {
      spool: path,
      facts: this.#facts,
      places: this.#places,
      contentHashes: this.#contentHashes,
      features,
    };
    this.#forget();
    return taken;
  }

  /** Lets go of all rows. */
  async abandon(): Promise<void> {
    await this.#spool?.handle.close();
    if (this.#spool) await rm(this.#spool.path, { force: true });
    this.#forget();
  }

  /** Writes the pixels of a batch once, when the first of its spectra is added. */
  async #lay(pixels: Uint8Array): Promise<number> {
    if (this.#batch?.pixels === pixels) return this.#batch.offset;
    const spool = (this.#spool ??= await this.#open());
    const offset = spool.size;
    await spool.handle.writeFile(pixels);
    spool.size += pixels.byteLength;
    this.#batch = { pixels, offset };
    return offset;
  }

  async #open() {
    const path = join(this.#directory, `pixels-${this.#spools++}`);
    return { path, handle: await open(path, 'w'), size: 0 };
  }

  #roomForOne(): void {
    const room = this.#features.length / FEATURE_COUNT;
    if (this.rows < room) return;
    const grown = new Float32Array(Math.min(this.#capacity, Math.max(FIRST_ROWS, room * 2)) * FEATURE_COUNT);
    grown.set(this.#features);
    this.#features = grown;
  }

  #forget(): void {
    this.#spool = undefined;
    this.#batch = undefined;
    this.#facts = [];
    this.#places = [];
    this.#contentHashes = [];
    this.#features = new Float32Array(0);
    this.#ids.clear();
    this.#hashes.clear();
  }
}
