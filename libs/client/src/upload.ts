import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { IngestFilesRequestSchema, type IngestFilesResponse } from '@spectrawl/contracts';
import type { Spectrawl } from './connect.ts';

/** Bytes of a piece: the contract's limit. */
const PIECE_BYTES = 1024 * 1024;

/** A file to upload. */
export interface LocalFile {
  path: string;
  /** bytes */
  size: number;
}

/** Every regular file in the folders, and the files named themselves, by path; hidden files are left alone. */
export async function listFiles(paths: readonly string[]): Promise<LocalFile[]> {
  const files: LocalFile[] = [];
  for (const path of paths) {
    const found = await stat(path);
    if (!found.isDirectory()) {
      files.push({ path, size: found.size });
      continue;
    }
    const inside = (await readdir(path)).filter((name) => !name.startsWith('.')).map((name) => join(path, name));
    files.push(...(await listFiles(inside)));
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Uploads files into an open pool and yields the service's progress. Repeating it sends nothing twice into the pool. */
export function uploadFiles(
  { ingestion }: Spectrawl,
  poolId: string,
  survey: string,
  files: readonly LocalFile[],
  signal?: AbortSignal,
): AsyncIterable<IngestFilesResponse> {
  return ingestion.ingestFiles(requests(poolId, survey, files), signal ? { signal } : {});
}

async function* requests(
  poolId: string,
  survey: string,
  files: readonly LocalFile[],
): AsyncIterable<MessageInitShape<typeof IngestFilesRequestSchema>> {
  yield create(IngestFilesRequestSchema, { payload: { case: 'open', value: { poolId, survey } } });
  for (const { path, size } of files) {
    // A stream allocates what it may read at once: small files need no piece's worth of it each.
    for await (const data of createReadStream(path, { highWaterMark: Math.min(PIECE_BYTES, size + 1) })) {
      yield piece(path, data as Uint8Array, false);
    }
    yield piece(path, new Uint8Array(), true);
  }
}

function piece(path: string, data: Uint8Array, last: boolean) {
  return create(IngestFilesRequestSchema, { payload: { case: 'piece', value: { path, data, last } } });
}
