import { randomUUID } from 'node:crypto';
import type { BigIntStats, Dirent } from 'node:fs';
import {
  access,
  constants,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rmdir,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  InvalidObjectKeyError,
  ObjectExistsError,
  ObjectNotFoundError,
  StoreFullError,
  StoreUnavailableError,
} from './errors.ts';
import { assertObjectKey, assertRange } from './object-key.ts';
import type { ObjectEntry, ObjectStore, ObjectVersion, PutOptions } from './object-store.ts';

/** Where objects are written before they get their name. Keys can't collide with it: they live in the other folder. */
const INCOMING = 'incoming';
const OBJECTS = 'objects';

/** bytes; one read of a stream */
const CHUNK = 1 << 18;

/** milliseconds; what a writer has not finished in a day it never will */
const ABANDONED_AFTER = 24 * 3_600_000;

/** How often a folder may vanish under a writer's hands before something else must be wrong. */
const PUBLISH_ATTEMPTS = 20;

/** A folder as an object store: the object `a/b` is the file `objects/a/b`. Several processes may use it at once. */
export class FilesystemObjectStore implements ObjectStore {
  readonly #objects: string;
  readonly #incoming: string;

  private constructor(directory: string) {
    this.#objects = join(directory, OBJECTS);
    this.#incoming = join(directory, INCOMING);
  }

  /** Opens the folder, creating it where there is none, and clears what crashed writers left behind. */
  static async open(directory: string): Promise<FilesystemObjectStore> {
    const store = new FilesystemObjectStore(resolve(directory));
    await mkdir(store.#objects, { recursive: true });
    await mkdir(store.#incoming, { recursive: true });
    await store.#removeAbandoned();
    return store;
  }

  async check(): Promise<void> {
    try {
      await access(this.#objects, constants.R_OK | constants.W_OK);
    } catch (error) {
      throw new StoreUnavailableError(`the folder ${this.#objects} cannot be read and written`, { cause: error });
    }
  }

  async put(
    key: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectVersion> {
    assertObjectKey(key);
    const draft = join(this.#incoming, randomUUID());
    try {
      const version = versionOf(await writeDraft(draft, content));
      await this.#publish(draft, key, options.ifAbsent ?? false);
      return version;
    } catch (error) {
      if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) throw new StoreFullError(key, this.#objects, { cause: error });
      throw error;
    } finally {
      await unlink(draft).catch(ignore('ENOENT'));
    }
  }

  /** Gives the finished draft its name. */
  async #publish(draft: string, key: string, ifAbsent: boolean): Promise<void> {
    const path = this.#path(key);
    for (let attempt = 1; ; attempt++) {
      try {
        await makeFolder(dirname(path));
        // A link, unlike a rename, is refused when the name is taken.
        await (ifAbsent ? link(draft, path) : rename(draft, path));
        break;
      } catch (error) {
        // Another process deleted the last object of the folder, and the folder with it: make it anew.
        if (hasCode(error, 'ENOENT') && attempt < PUBLISH_ATTEMPTS) continue;
        if (hasCode(error, 'EEXIST') && (await this.head(key))) throw new ObjectExistsError(key, { cause: error });
        if (hasCode(error, 'EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY')) {
          throw new InvalidObjectKeyError(
            key,
            'it continues another object’s key by a slash, or another one continues it',
          );
        }
        throw error;
      }
    }
    await syncFolder(dirname(path));
  }

  get(key: string): Promise<Uint8Array> {
    return this.read(key, 0, Infinity);
  }

  async read(key: string, offset: number, length: number): Promise<Uint8Array> {
    assertRange(offset, length);
    await using file = await this.#open(key);
    const { size } = await file.stat();
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    await readFully(file, bytes, offset);
    return bytes;
  }

  async readInto(key: string, offset: number, target: Uint8Array): Promise<number> {
    assertRange(offset, target.length);
    await using file = await this.#open(key);
    const { size } = await file.stat();
    const length = Math.max(0, Math.min(target.length, size - offset));
    await readFully(file, target.subarray(0, length), offset);
    return length;
  }

  async *stream(key: string, { offset = 0, length = Infinity } = {}): AsyncIterable<Uint8Array> {
    assertRange(offset, length);
    await using file = await this.#open(key);
    const { size } = await file.stat();
    const end = Math.min(offset + length, size);
    for (let position = offset; position < end; position += CHUNK) {
      const bytes = new Uint8Array(Math.min(CHUNK, end - position));
      await readFully(file, bytes, position);
      yield bytes;
    }
  }

  file(key: string): string {
    assertObjectKey(key);
    return this.#path(key);
  }

  async head(key: string): Promise<ObjectVersion | undefined> {
    assertObjectKey(key);
    try {
      const stats = await stat(this.#path(key), { bigint: true });
      return stats.isFile() ? versionOf(stats) : undefined;
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  list(prefix: string): AsyncIterable<ObjectEntry> {
    return this.#walk('', prefix);
  }

  /** The objects below `folder`, which is empty or ends in a slash, whose key starts with `prefix`. */
  async *#walk(folder: string, prefix: string): AsyncIterable<ObjectEntry> {
    const entries = await readdir(join(this.#objects, folder), { withFileTypes: true }).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT')) return [] as Dirent[];
      throw error;
    });
    // A folder sorts by its slash, as the keys of its objects do.
    const names = entries.map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`);
    for (const name of names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
      if (name.endsWith('/')) {
        if (name.startsWith(prefix) || prefix.startsWith(name)) yield* this.#walk(name, prefix);
      } else if (name.startsWith(prefix)) {
        const version = await this.head(name);
        if (version) yield { key: name, size: version.size };
      }
    }
  }

  async delete(key: string): Promise<void> {
    assertObjectKey(key);
    const path = this.#path(key);
    try {
      await unlink(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EPERM') && (await this.head(key)) === undefined) return;
      throw error;
    }
    await syncFolder(dirname(path)).catch(ignore('ENOENT'));
    await this.#removeEmptyFolders(dirname(path));
  }

  async #removeEmptyFolders(folder: string): Promise<void> {
    for (let empty = folder; empty !== this.#objects; empty = dirname(empty)) {
      try {
        await rmdir(empty);
      } catch (error) {
        if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return;
        throw error;
      }
    }
  }

  async #removeAbandoned(): Promise<void> {
    for (const name of await readdir(this.#incoming)) {
      const path = join(this.#incoming, name);
      const written = await stat(path).catch(ignore('ENOENT'));
      if (written && Date.now() - written.mtimeMs > ABANDONED_AFTER) await unlink(path).catch(ignore('ENOENT'));
    }
  }

  async #open(key: string): Promise<FileHandle> {
    assertObjectKey(key);
    let file: FileHandle;
    try {
      file = await open(this.#path(key), 'r');
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) throw new ObjectNotFoundError(key, { cause: error });
      throw error;
    }
    if ((await file.stat()).isFile()) return file;
    await file.close();
    throw new ObjectNotFoundError(key);
  }

  #path(key: string): string {
    return join(this.#objects, key);
  }
}

async function writeDraft(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<BigIntStats> {
  await using file = await open(path, 'wx');
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    for (let written = 0; written < chunk.length;) {
      written += (await file.write(chunk, written)).bytesWritten;
    }
  }
  await file.sync();
  return await file.stat({ bigint: true });
}

async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0)
      throw new Error(`an object’s file was cut short while it was read, at byte ${position + done}`);
    done += bytesRead;
  }
}

/** Makes a folder and its parents durable: a new folder is an entry of its parent, which has to reach the disk too. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const above = dirname(first);
  for (let made = dirname(folder); made.length >= above.length; made = dirname(made)) await syncFolder(made);
}

async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

/** Every write makes a new file, so its number and time tell the versions of an object apart. */
function versionOf(stats: BigIntStats): ObjectVersion {
  return { etag: `${stats.ino.toString(16)}-${stats.mtimeNs.toString(16)}`, size: Number(stats.size) };
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** For `catch`: swallows the given error, passes others on. */
function ignore(code: string): (error: unknown) => undefined {
  return (error) => {
    if (!hasCode(error, code)) throw error;
    return undefined;
  };
}
