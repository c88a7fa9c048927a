import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openObjectStore, type ObjectStoreConfig, type S3Config } from '@spectrawl/object-store';
import { BackupError } from './backup-error.ts';

/** Where a backup lies: files by name, with slashes between folders. */
export interface Archive {
  /** for messages */
  readonly location: string;
  isEmpty(): Promise<boolean>;
  /** Writes a file; it is there once it is whole. */
  write(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Reads a file. @throws {BackupError} when it is not there, or cannot be read */
  read(name: string): AsyncIterable<Uint8Array>;
}

/**
 * Opens a folder, or `s3://bucket/prefix`: on the server that the variables of the AWS SDK name, else on that of the installation's
 * own object store.
 */
export async function openArchive(location: string, objectStore: ObjectStoreConfig): Promise<Archive> {
  const s3 = /^s3:\/\/([^/]+)(?:\/(.*?))?\/*$/.exec(location);
  if (!s3) return folderArchive(resolve(location));
  const [, bucket = '', prefix] = s3;
  const store = await openObjectStore({
    ...s3Server(objectStore, process.env),
    bucket,
    prefix: prefix === '' ? undefined : prefix,
  });
  return {
    location,
    isEmpty: async () => {
      for await (const _ of store.list('')) return false;
      return true;
    },
    write: async (name, content) => {
      await store.put(name, content);
    },
    read: (name) => reading(location, name, store.stream(name)),
  };
}

function s3Server(own: ObjectStoreConfig, environment: NodeJS.ProcessEnv): Omit<S3Config, 'bucket' | 'prefix'> {
  const endpoint = environment['AWS_ENDPOINT_URL_S3'] ?? environment['AWS_ENDPOINT_URL'];
  if (endpoint === undefined && own.kind === 's3') return own;
  // Other servers than Amazon's rarely answer to the bucket's name as a host. The SDK finds the credentials.
  return {
    kind: 's3',
    region: environment['AWS_REGION'] ?? 'us-east-1',
    endpoint,
    forcePathStyle: endpoint !== undefined,
  };
}

function folderArchive(folder: string): Archive {
  return {
    location: folder,
    isEmpty: async () => {
      try {
        return (await readdir(folder)).length === 0;
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
        throw error;
      }
    },
    write: async (name, content) => {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await pipeline(content, createWriteStream(`${path}.part`, { flush: true }));
      await rename(`${path}.part`, path);
    },
    read: (name) => reading(folder, name, createReadStream(join(folder, name))),
  };
}

async function* reading(location: string, name: string, stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw new BackupError(
      `${name} of the backup ${location} cannot be read (${error instanceof Error ? error.message : String(error)}): the backup is not whole; use another one`,
      { cause: error },
    );
  }
}
