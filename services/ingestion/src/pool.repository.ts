import { Inject, Injectable } from '@nestjs/common';
import type { Selectable, ServiceDatabase } from '@spectrawl/database';
import { ServiceError, type PageRequest } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import type { PoolsTable, QuarantinedInputsTable, ShardsTable, Tables } from './tables.ts';

export type PoolRow = Selectable<PoolsTable>;
export type ShardRow = Selectable<ShardsTable>;
export type QuarantinedInputRow = Selectable<QuarantinedInputsTable>;

/** Reads pools, their shards and their quarantine. */
@Injectable()
export class PoolRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** @throws {ServiceError} POOL_NOT_FOUND */
  async pool(poolId: string): Promise<PoolRow> {
    const row = await this.database.db.selectFrom('pools').selectAll().where('pool_id', '=', poolId).executeTakeFirst();
    if (!row) throw new ServiceError('POOL_NOT_FOUND', `there is no pool "${poolId}": list them with ListPools`);
    return row;
  }

  async poolOfRequest(requestId: string): Promise<PoolRow | undefined> {
    return await this.database.db
      .selectFrom('pools')
      .selectAll()
      .where('request_id', '=', requestId)
      .executeTakeFirst();
  }

  /** Pools by name, one beyond the page. */
  async pools({ size, after }: PageRequest): Promise<PoolRow[]> {
    return await this.database.db
      .selectFrom('pools')
      .selectAll()
      .where('pool_id', '>', after ?? '')
      .orderBy('pool_id')
      .limit(size + 1)
      .execute();
  }

  /** Shards of a pool by number, one beyond the page; all without a page. @throws {ServiceError} POOL_NOT_FOUND */
  async shards(poolId: string, page?: { size: number; after: number }): Promise<ShardRow[]> {
    await this.pool(poolId);
    const all = this.database.db.selectFrom('shards').selectAll().where('pool_id', '=', poolId).orderBy('number');
    return await (page ? all.where('number', '>', page.after).limit(page.size + 1) : all).execute();
  }

  /** The quarantine of a pool, oldest first, one beyond the page. @throws {ServiceError} POOL_NOT_FOUND */
  async quarantinedInputs(poolId: string, { size, after }: { size: number; after: number }) {
    await this.pool(poolId);
    return await this.database.db
      .selectFrom('quarantined_inputs')
      .selectAll()
      .where('pool_id', '=', poolId)
      .where('position', '>', after)
      .orderBy('position')
      .limit(size + 1)
      .execute();
  }
}
