import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { poolSealed, PoolSealedSchema } from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import { manifestKey, writeManifest } from '@spectrawl/pool';
import { CLOCK, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { manifestOf } from './manifest.ts';
import { PoolRepository, type PoolRow } from './pool.repository.ts';
import type { Tables } from './tables.ts';
import { PoolLeases, type PoolLease } from './upload/pool-leases.ts';

/** Closes a pool for good. */
@Injectable()
export class SealPool {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(PoolLeases) private readonly leases: PoolLeases,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws {ServiceError} POOL_NOT_FOUND, POOL_EMPTY, POOL_BUSY */
  async seal(poolId: string, signal: AbortSignal): Promise<PoolRow> {
    const pool = await this.pools.pool(poolId);
    if (pool.seal_time) return pool;
    const lease = await this.leases.acquire(poolId, signal);
    try {
      await this.#seal(poolId, lease);
    } finally {
      await lease.release();
    }
    return await this.pools.pool(poolId);
  }

  async #seal(poolId: string, lease: PoolLease): Promise<void> {
    const pool = await this.pools.pool(poolId);
    if (pool.seal_time) return;
    if (pool.stored === 0) {
      throw new ServiceError('POOL_EMPTY', `pool "${poolId}" holds no spectra: ingest some before it is sealed`);
    }
    const sealTime = this.clock();
    const key = manifestKey(poolId);
    const manifest = writeManifest(manifestOf(pool, await this.pools.shards(poolId), sealTime));
    await this.objects.put(key, new TextEncoder().encode(manifest), { contentType: 'application/json' });
    await this.ledger.transaction(async (tx) => {
      await lease.hold(tx.db);
      await tx.db
        .updateTable('pools')
        .set({ manifest_key: key, seal_time: sealTime })
        .where('pool_id', '=', poolId)
        .execute();
      tx.publish(poolSealed, create(PoolSealedSchema, { poolId, manifestKey: key }));
    });
    this.log.info({ pool: poolId, rows: pool.stored, shards: pool.shard_count }, 'pool sealed');
  }
}
