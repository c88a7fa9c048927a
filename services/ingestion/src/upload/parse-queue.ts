import type { Parsers } from '../parsing/parsers.ts';
import type { ParsedBatch } from '../parsing/parsed-batch.ts';
import { batchOf } from '../parsing/parsed-batch.ts';
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
  #running = 0;

  constructor(parsers: Parsers, survey: string, maxFileBytes: number) {
    this.#parsers = parsers;
    this.#survey = survey;
    this.#maxFileBytes = maxFileBytes;
  }

  /** Takes a file, and yields what was parsed meanwhile when too much would wait. */
  async *add(file: ReceivedFile): AsyncGenerator<ParsedBatch> {
    if (file.kind === 'file') {
      this.#gathered.push(file);
      this.#gatheredBytes += file.size;
      const full = this.#gathered.length >= BATCH_FILES || this.#gatheredBytes >= BATCH_BYTES;
      // Idle threads are not kept waiting for a full batch.
      if (full || this.#running < this.#parsers.count) this.#sendGathered();
    } else {
      this.#sendGathered();
      if (file.kind === 'table') yield* this.#addTable(file.path, file.file);
      else this.#push(Promise.resolve(tooLarge(file)), 0);
    }
    yield* this.#room();
  }

  /** Yields all that is left. */
  async *finish(): AsyncGenerator<ParsedBatch> {
    this.#sendGathered();
    while (this.#waiting.length > 0) yield await this.#next();
  }

  /** Waits until no thread works for the upload any more, and forgets what they found. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#waiting.map(({ batch }) => batch));
  }

  async *#addTable(path: string, file: string): AsyncGenerator<ParsedBatch> {
    const table = { path, file, survey: this.#survey };
    const parts = await this.#parsers.divideTable(table);
    if (!Array.isArray(parts)) {
      this.#push(Promise.resolve(batchOf(parts)), 0);
      return;
    }
    for (const part of parts) {
      this.#push(this.#parsers.parseTablePart({ ...table, ...part }), 0);
      yield* this.#room();
    }
    // What lies in the folder is deleted when all of the table was read.
    while (this.#waiting.length > 0) yield await this.#next();
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

  async *#room(): AsyncGenerator<ParsedBatch> {
    const tooMuch = () =>
      this.#waiting.length > BATCHES_A_THREAD * this.#parsers.count ||
      this.#waiting.reduce((sum, { bytes }) => sum + bytes, 0) > WAITING_BYTES;
    while (this.#waiting.length > 0 && tooMuch()) yield await this.#next();
  }

  async #next(): Promise<ParsedBatch> {
    const batch = await this.#waiting[0]!.batch;
    this.#waiting.shift();
    return batch;
  }
}

function tooLarge({ path, size, limit }: Extract<ReceivedFile, { kind: 'too-large' }>): ParsedBatch {
  const message = `${path}: the file has ${size} bytes, and files of at most ${limit} are taken: split it, or raise the limit in the service's configuration`;
  return batchOf(unusable('too-large', message, path));
}
