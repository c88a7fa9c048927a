import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { column, openShard, TableWriter } from '@spectrawl/pool';

/** Rows of a shard that are decoded at a time: a row group, some milliseconds. */
const ROWS_AT_ONCE = 8192;

/** What is looked for in shards; their features are thirty times as large. */
const STATED = {
  id: column.string,
  designation: column.optional(column.string),
  ra: column.optional(column.float64),
  dec: column.optional(column.float64),
  snr: column.optional(column.float32),
};

/** What an object becomes on the disk: itself, or a shard without its features. */
export type CopyKind = 'whole' | 'stated';

interface Copy {
  path: Promise<string>;
  bytes: number;
  users: number;
}

export interface ObjectFilesOptions {
  objects: ObjectStore;
  /** A folder that exists; the copies lie in a folder of their own in there, which is removed in the end. */
  directory: string;
  /** Bytes of copies that are kept beyond those in use. */
  most: number;
}

/**
 * Objects as files of this machine. Where the store is a folder, they are read in place; else copies are kept, the least recently
 * used of which go first. Objects are taken to be immutable: a key has the same bytes for ever.
 */
export class ObjectFiles {
  readonly #objects: ObjectStore;
  readonly #directory: string;
  readonly #most: number;
  /** In the order of their last use. */
  readonly #copies = new Map<string, Copy>();
  #folder: Promise<string> | undefined;

  constructor({ objects, directory, most }: ObjectFilesOptions) {
    this.#objects = objects;
    this.#directory = directory;
    this.#most = most;
  }

  /**
   * Does something with objects as files; until it is done, they stay.
   * @throws {ObjectNotFoundError}
   */
  async use<T>(
    keys: readonly (readonly [key: string, kind: CopyKind])[],
    work: (paths: string[]) => Promise<T>,
  ): Promise<T> {
    const held: Copy[] = [];
    try {
      const paths: string[] = [];
      for (const [key, kind] of keys) {
        const inPlace = this.#objects.file(key);
        if (inPlace !== undefined) {
          paths.push(inPlace);
          continue;
        }
        const copy = this.#copy(key, kind);
        copy.users++;
        held.push(copy);
        // One after the other: the network is the bound, and memory stays small.
        paths.push(await copy.path);
      }
      return await work(paths);
    } finally {
      for (const copy of held) copy.users--;
      await this.#makeRoom();
    }
  }

  #copy(key: string, kind: CopyKind): Copy {
    const name = `${kind} ${key}`;
    const known = this.#copies.get(name);
    if (known) {
      this.#copies.delete(name);
      this.#copies.set(name, known);
      return known;
    }
    const copy: Copy = { path: Promise.resolve(''), bytes: 0, users: 0 };
    copy.path = this.#fetch(key, kind, name).then(
      async (path) => {
        copy.bytes = (await stat(path)).size;
        return path;
      },
      (error: unknown) => {
        this.#copies.delete(name);
        throw error;
      },
    );
    this.#copies.set(name, copy);
    return copy;
  }

  async #fetch(key: string, kind: CopyKind, name: string): Promise<string> {
    const folder = await (this.#folder ??= mkdtemp(join(this.#directory, 'objects-')));
    const path = join(folder, `${createHash('sha256').update(name).digest('hex')}.parquet`);
    const draft = `${path}.part`;
    const content = kind === 'whole' ? this.#objects.stream(key) : this.#stated(key);
    try {
      await pipeline(content, createWriteStream(draft));
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    return path;
  }

  /** A shard without its features, read by ranges: some 6 of its 85 MB. */
  async *#stated(key: string): AsyncIterable<Uint8Array> {
    const shard = await openShard(await rangedObject(this.#objects, key));
    const pieces: Uint8Array[] = [];
    const writer = new TableWriter(STATED, { write: (bytes) => void pieces.push(bytes) });
    for (let start = 0; start < shard.rows; start += ROWS_AT_ONCE) {
      const rows = { start, end: Math.min(start + ROWS_AT_ONCE, shard.rows) };
      await writer.append(await shard.read({ columns: ['id', 'designation', 'ra', 'dec', 'snr'], rows }));
      yield* pieces.splice(0);
    }
    await writer.finish();
    yield* pieces.splice(0);
  }

  async #makeRoom(): Promise<void> {
    let bytes = [...this.#copies.values()].reduce((sum, copy) => sum + copy.bytes, 0);
    for (const [name, copy] of this.#copies) {
      if (bytes <= this.#most) return;
      if (copy.users > 0) continue;
      this.#copies.delete(name);
      bytes -= copy.bytes;
      await rm(await copy.path, { force: true });
    }
  }

  /** Removes the copies. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}
