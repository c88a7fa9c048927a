import { Inject, Injectable } from '@nestjs/common';
import type { Ledger } from '@spectrawl/event-bus';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { readShard } from '@spectrawl/pool';
import { LEDGER, LOGGER, OBJECT_STORE } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { PoolRepository } from './pool.repository.ts';
import { SkyIndex } from './sky-index.ts';
import type { Tables } from './tables.ts';

/** Enters the positions of shards that an earlier release wrote. */
@Injectable()
export class IndexPositions {
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(SkyIndex) private readonly sky: SkyIndex,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Begins to enter what is missing, shard by shard, and does not wait for it.
   * @returns shards of the pool whose positions are missing still
   */
  async begin(poolId: string): Promise<number> {
    const missing = (await this.pools.shards(poolId)).filter((shard) => !shard.positions_indexed);
    if (missing.length > 0 && !this.#underWay.has(poolId)) {
      const entering = this.#enter(poolId, missing).finally(() => this.#underWay.delete(poolId));
      this.#underWay.set(poolId, entering);
      // The next request tries again.
      entering.catch((error: unknown) => this.log.warn({ pool: poolId, err: error }, 'positions could not be indexed'));
    }
    return missing.length;
  }

  async #enter(poolId: string, shards: readonly { number: number; shard_key: string }[]): Promise<void> {
    for (const { number, shard_key: key } of shards) {
      const { rows } = await readShard(await rangedObject(this.objects, key), {
        columns: ['ra', 'dec', 'designation'],
      });
      const columns = {
        ra: Float64Array.from(rows.ra, (value) => value ?? Number.NaN),
        dec: Float64Array.from(rows.dec, (value) => value ?? Number.NaN),
        designation: rows.designation,
      };
      await this.ledger.transaction(async ({ db }) => {
        const mine = await db
          .updateTable('shards')
          .set({ positions_indexed: true })
          .where('pool_id', '=', poolId)
          .where('number', '=', number)
          .where('positions_indexed', '=', false)
          .executeTakeFirst();
        // Another process has entered them meanwhile.
        if (mine.numUpdatedRows === 1n) await this.sky.enter(db, poolId, number, columns);
      });
    }
  }
}
