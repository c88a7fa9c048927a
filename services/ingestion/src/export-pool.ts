import { Inject, Injectable } from '@nestjs/common';
import { ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { PoolRepository } from './pool.repository.ts';

/** The contract's limit for a piece. */
const MOST_PIECE_BYTES = 2 ** 20;

/** A piece of a file of a pool. */
export interface ExportedPiece {
  path: string;
  data: Uint8Array;
  last: boolean;
}

/** Streams the files of a sealed pool as they are stored. */
@Injectable()
export class ExportPool {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} POOL_NOT_FOUND, POOL_NOT_SEALED */
  async *export(poolId: string): AsyncGenerator<ExportedPiece> {
    const pool = await this.pools.pool(poolId);
    if (!pool.seal_time) {
      throw new ServiceError('POOL_NOT_SEALED', `pool "${poolId}" still accepts spectra: seal it first with SealPool`);
    }
    const folder = pool.manifest_key.slice(0, pool.manifest_key.lastIndexOf('/') + 1);
    for (const shard of await this.pools.shards(poolId)) {
      for (const key of [shard.shard_key, shard.spectra_key, shard.reservoir_key]) yield* this.#file(folder, key);
    }
    // Last: a folder that has it is complete.
    yield* this.#file(folder, pool.manifest_key);
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
