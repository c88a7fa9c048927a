import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { IngestFilesRequest, IngestFilesRequest_FilePiece } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';

/** The contract's limits. */
const MOST_PIECE_BYTES = 2 ** 20;
const MOST_PATH_CHARACTERS = 1024;
/** Parquet begins with these bytes. */
const PARQUET_MAGIC = 'PAR1';

/** A file that has come to its end. */
export type ReceivedFile =
  | { kind: 'file'; path: string; size: number; pieces: Uint8Array[] }
  /** Parquet is laid aside on disk. */
  | { kind: 'table'; path: string; size: number; file: string }
  /** Nothing of it was kept. */
  | { kind: 'too-large'; path: string; size: number; limit: number };

export interface ReceiveLimits {
  maxFileBytes: number;
  maxTableBytes: number;
  /** Folder for tables. */
  directory: string;
}

/** Puts the files of an upload together from their pieces. */
export class FileAssembly {
  readonly #limits: ReceiveLimits;
  #current: Receiving | undefined;
  #tables = 0;

  constructor(limits: ReceiveLimits) {
    this.#limits = limits;
  }

  /** Takes a message; returns the file that it completes. @throws {ServiceError} BAD_UPLOAD */
  async take({ payload }: IngestFilesRequest): Promise<ReceivedFile | undefined> {
    if (payload.case !== 'piece') {
      throw new ServiceError('BAD_UPLOAD', 'an upload is one message "open" and then messages "piece"');
    }
    const piece = checked(payload.value);
    const current = (this.#current ??= new Receiving(piece.path));
    if (current.path !== piece.path) {
      const message = `a piece of "${piece.path}" came before the last one of "${current.path}": send file after file`;
      throw new ServiceError('BAD_UPLOAD', message);
    }
    await this.#add(current, piece.data);
    if (!piece.last) return undefined;
    this.#current = undefined;
    return await current.finish();
  }

  /** @throws {ServiceError} BAD_UPLOAD where the upload ended within a file */
  end(): void {
    if (!this.#current) return;
    const message = `the upload ended within "${this.#current.path}": mark its last piece, or send the upload again`;
    throw new ServiceError('BAD_UPLOAD', message);
  }

  /** Lets go of a file under way. */
  async abandon(): Promise<void> {
    await this.#current?.table?.handle.close();
    this.#current = undefined;
  }

  async #add(file: Receiving, data: Uint8Array): Promise<void> {
    const undecided = file.size < PARQUET_MAGIC.length;
    file.size += data.byteLength;
    file.pieces.push(data);
    if (undecided && startOf(file.pieces) === PARQUET_MAGIC) {
      const path = join(this.#limits.directory, `table-${this.#tables++}.parquet`);
      file.table = { path, handle: await open(path, 'w') };
    }
    const limit = file.table ? this.#limits.maxTableBytes : this.#limits.maxFileBytes;
    if (file.size > limit) await file.refuse(limit);
    else await file.layAside();
  }
}

function startOf(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('latin1', 0, PARQUET_MAGIC.length);
}

/** A file of which pieces are still to come. */
class Receiving {
  readonly path: string;
  size = 0;
  pieces: Uint8Array[] = [];
  table: { path: string; handle: FileHandle } | undefined;
  #limit: number | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Keeps nothing of what came; what still comes is only counted. */
  async refuse(limit: number): Promise<void> {
    this.#limit ??= limit;
    this.pieces = [];
    await this.table?.handle.truncate(0);
  }

  /** Writes what came of a table. */
  async layAside(): Promise<void> {
    if (!this.table) return;
    for (const piece of this.pieces) await this.table.handle.writeFile(piece);
    this.pieces = [];
  }

  async finish(): Promise<ReceivedFile> {
    const { path, size, pieces, table } = this;
    await table?.handle.close();
    if (this.#limit !== undefined) return { kind: 'too-large', path, size, limit: this.#limit };
    if (table) return { kind: 'table', path, size, file: table.path };
    return { kind: 'file', path, size, pieces };
  }
}

function checked(piece: IngestFilesRequest_FilePiece): IngestFilesRequest_FilePiece {
  const { path, data } = piece;
  if (path === '' || path.length > MOST_PATH_CHARACTERS) {
    const message = `a path has ${path.length} characters: give 1 to ${MOST_PATH_CHARACTERS}`;
    throw new ServiceError('BAD_UPLOAD', message);
  }
  if (data.byteLength > MOST_PIECE_BYTES) {
    const message = `a piece of "${path}" has ${data.byteLength} bytes: send at most ${MOST_PIECE_BYTES} in each`;
    throw new ServiceError('BAD_UPLOAD', message);
  }
  return piece;
}
