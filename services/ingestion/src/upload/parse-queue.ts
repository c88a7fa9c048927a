import { rm } from 'node:fs/promises';
import type { TablePart, TableToParse } from '../parsing/parse-table.ts';
import type { Parsers } from '../parsing/parsers.ts';
import { batchOf, type ParsedBatch } from '../parsing/parsed-batch.ts';
import { unusable } from '../parsing/unusable.ts';
import type { ReceivedFile } from './received-files.ts';

/** Files that are parsed together, so that handing them to a thread costs little beside parsing them. */
const BATCH_FILES = 64;
const BATCH_BYTES = 8 * 2 ** 20;
/** Bytes of files that wait for threads or are being parsed; beyond this the upload is not read on. */
const WAITING_BYTES = 64 * 2 ** 20;
/** Batches in hand for each thread: one is parsed, one is next. */
const BATCHES_A_THREAD = 2;

type SurveyFile = Extract<ReceivedFile, { kind: 'file' }>;

interface Waiting {
  bytes: number;
  batch: Promise<ParsedBatch>;
}

/** Has files parsed side by side and gives back what they hold in the order in which they came. */
export class ParseQueue {
  readonly #parsers: Parsers;
  readonly #survey: string;
  readonly #maxFileBytes: number;
  readonly #waiting: Waiting[] = [];
  #gathered: SurveyFile[] = [];
  #gatheredBytes = 0;
  /** A table under way, and its parts that no thread has got yet. */
  #table: { source: TableToParse; parts: TablePart[] } | undefined;
  #running = 0;

  constructor(parsers: Parsers, survey: string, maxFileBytes: number) {
    this.#parsers = parsers;
    this.#survey = survey;
    this.#maxFileBytes = maxFileBytes;
  }

  /** Whether batches must be taken before another file is added. */
  get full(): boolean {
    return this.#table !== undefined || this.#tooMuch;
  }

  get empty(): boolean {
    return this.#waiting.length === 0 && this.#gathered.length === 0 && this.#table === undefined;
  }

  /** Adds a file. A table's file is deleted when it has been parsed. */
  async add(file: ReceivedFile): Promise<void> {
    if (file.kind === 'file') {
      this.#gathered.push(file);
      this.#gatheredBytes += file.size;
      const full = this.#gathered.length >= BATCH_FILES || this.#gatheredBytes >= BATCH_BYTES;
      // Idle threads are not kept waiting for a full batch.
      if (full || this.#running < this.#parsers.count) this.#sendGathered();
      return;
    }
    this.#sendGathered();
    if (file.kind === 'table') await this.#addTable({ path: file.path, file: file.file, survey: this.#survey });
    else this.#push(Promise.resolve(tooLarge(file)), 0);
  }

  /** Resolves when the first batch is parsed; undefined while none is in hand. */
  ready(): Promise<unknown> | undefined {
    return this.#waiting[0]?.batch;
  }

  /** The first batch. The queue must not be empty. */
  async next(): Promise<ParsedBatch> {
    if (this.#waiting.length === 0) this.#sendGathered();
    const batch = await this.#waiting[0]!.batch;
    this.#waiting.shift();
    this.#sendParts();
    if (this.#running < this.#parsers.count) this.#sendGathered();
    return batch;
  }

  /** Waits until no thread works for the upload any more, and forgets what they found. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#waiting.map(({ batch }) => batch));
  }

  get #tooMuch(): boolean {
    const bytes = this.#waiting.reduce((sum, waiting) => sum + waiting.bytes, 0);
    return this.#waiting.length > BATCHES_A_THREAD * this.#parsers.count || bytes > WAITING_BYTES;
  }

  async #addTable(source: TableToParse): Promise<void> {
    const parts = await this.#parsers.divideTable(source);
    if (Array.isArray(parts)) {
      this.#table = { source, parts };
      this.#sendParts();
    } else {
      await rm(source.file);
      this.#push(Promise.resolve(batchOf(parts)), 0);
    }
  }

  #sendParts(): void {
    if (!this.#table) return;
    const { source, parts } = this.#table;
    while (parts.length > 0 && !this.#tooMuch) {
      this.#push(this.#parsers.parseTablePart({ ...source, ...parts.shift()! }), 0);
    }
    if (parts.length > 0) return;
    this.#table = undefined;
    const last = this.#waiting.at(-1)!;
    const sent = this.#waiting.map(({ batch }) => batch);
    last.batch = Promise.all(sent).then(async (batches) => {
      await rm(source.file);
      return batches.at(-1)!;
    });
    last.batch.catch(() => undefined);
  }

  #sendGathered(): void {
    if (this.#gathered.length === 0) return;
    const bytes = new Uint8Array(this.#gatheredBytes);
    let offset = 0;
    const files = this.#gathered.map(({ path, size, pieces }) => {
      const file = { path, offset, length: size };
      for (const piece of pieces) {
        bytes.set(piece, offset);
        offset += piece.byteLength;
      }
      return file;
    });
    this.#gathered = [];
    this.#gatheredBytes = 0;
    const request = { survey: this.#survey, maxFileBytes: this.#maxFileBytes, files, bytes };
    this.#push(this.#parsers.parseFiles(request), bytes.byteLength);
  }

  #push(batch: Promise<ParsedBatch>, bytes: number): void {
    this.#running++;
    const settled = (): void => void this.#running--;
    batch.then(settled, settled);
    this.#waiting.push({ batch, bytes });
  }
}

function tooLarge({ path, size, limit }: Extract<ReceivedFile, { kind: 'too-large' }>): ParsedBatch {
  const message = `${path}: the file has ${size} bytes, and files of at most ${limit} are taken: split it, or raise the limit in the service's configuration`;
  return batchOf(unusable('too-large', message, path));
}
