import { Inject, Injectable } from '@nestjs/common';
import type { CreatePoolRequest } from '@spectrawl/contracts';
import { isUniqueViolation, jsonb } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, LEDGER, type Clock } from '@spectrawl/runtime';
import { PREPROCESSING_VERSION } from '@spectrawl/spectra';
import { PoolRepository, type PoolRow } from './pool.repository.ts';
import type { Tables } from './tables.ts';

const POOL_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const MOST_REQUEST_ID_CHARACTERS = 64;

@Injectable()
export class CreatePool {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} BAD_REQUEST, POOL_EXISTS */
  async create({ requestId, poolId }: CreatePoolRequest): Promise<PoolRow> {
    if (!POOL_ID.test(poolId)) {
      throw new ServiceError(
        'BAD_REQUEST',
        `pool_id "${poolId}": use 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit`,
      );
    }
    if (requestId === '' || requestId.length > MOST_REQUEST_ID_CHARACTERS || requestId.includes('\0')) {
      throw new ServiceError('BAD_REQUEST', 'request_id is needed, of at most 64 characters, such as a UUID');
    }
    try {
      await this.ledger.transaction(async ({ db }) => {
        await db
          .insertInto('pools')
          .values({
            pool_id: poolId,
            request_id: requestId,
            surveys: jsonb([]),
            preprocessing_version: PREPROCESSING_VERSION,
            create_time: this.clock(),
          })
          .execute();
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      return await this.#earlier(requestId, poolId);
    }
    return await this.pools.pool(poolId);
  }

  async #earlier(requestId: string, poolId: string): Promise<PoolRow> {
    const retried = await this.pools.poolOfRequest(requestId);
    if (retried?.pool_id === poolId) return retried;
    if (retried) {
      throw new ServiceError(
        'BAD_REQUEST',
        `request_id "${requestId}" created pool "${retried.pool_id}": give every intent an id of its own`,
      );
    }
    throw new ServiceError('POOL_EXISTS', `there is a pool "${poolId}" already: choose another name`);
  }
}
