import { Inject, Injectable } from '@nestjs/common';
import { BoundedStreams, ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { PoolRepository } from './pool.repository.ts';

/** The contract's limit for a piece. */
const MOST_PIECE_BYTES = 2 ** 20;

/** Each has two pieces of the object store and one of its own in memory: some 6 MiB. */
const MOST_EXPORTS = 32;

/** The folders of a pool, and which file of a shard lies there. */
const FOLDERS = [
  ['shards', 'shard_key'],
  ['spectra', 'spectra_key'],
  ['reservoir', 'reservoir_key'],
] as const;

/** A piece of a file of a pool. */
export interface ExportedPiece {
  path: string;
  data: Uint8Array;
  last: boolean;
}

/** Streams the files of a sealed pool as they are stored. */
@Injectable()
export class ExportPool {
  readonly #underWay = new BoundedStreams(MOST_EXPORTS, 'exports');

  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /**
   * @param folders only the files in these; none given means all of them and the manifest
   * @throws {ServiceError} POOL_NOT_FOUND, POOL_NOT_SEALED, BAD_REQUEST, TOO_MANY_CALLS
   */
  export(poolId: string, folders: readonly string[] = []): AsyncGenerator<ExportedPiece> {
    return this.#underWay.open(this.#files(poolId, folders));
  }

  async *#files(poolId: string, folders: readonly string[]): AsyncGenerator<ExportedPiece> {
    const names = FOLDERS.map(([name]) => name as string);
    const stranger = folders.find((name) => !names.includes(name));
    if (stranger !== undefined) {
      throw new ServiceError('BAD_REQUEST', `pools have no folder "${stranger}": give some of ${names.join(', ')}`);
    }
    const chosen = FOLDERS.filter(([name]) => folders.length === 0 || folders.includes(name));
    const pool = await this.pools.pool(poolId);
    if (!pool.seal_time) {
      throw new ServiceError('POOL_NOT_SEALED', `pool "${poolId}" still accepts spectra: seal it first with SealPool`);
    }
    const folder = pool.manifest_key.slice(0, pool.manifest_key.lastIndexOf('/') + 1);
    for (const shard of await this.pools.shards(poolId)) {
      for (const [, key] of chosen) yield* this.#file(folder, shard[key]);
    }
    // Last: a folder that has it is complete.
    if (folders.length === 0) yield* this.#file(folder, pool.manifest_key);
  }

  async *#file(folder: string, key: string): AsyncGenerator<ExportedPiece> {
    const path = key.slice(folder.length);
    let before: Uint8Array | undefined;
    for await (const chunk of this.objects.stream(key)) {
      for (let start = 0; start < chunk.byteLength; start += MOST_PIECE_BYTES) {
        if (before) yield { path, data: before, last: false };
        before = chunk.subarray(start, start + MOST_PIECE_BYTES);
      }
    }
    yield { path, data: before ?? new Uint8Array(), last: true };
  }
}
