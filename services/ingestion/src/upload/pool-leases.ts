import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { ServiceDatabase, Transaction } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CONFIG, DATABASE, LOGGER } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import type { IngestionConfig } from '../config.ts';
import type { Tables } from '../tables.ts';

/** How often a lease is renewed, and looked at by others, within its time. */
const RENEWALS = 5;

/** The right to change a pool. */
export interface PoolLease {
  /** First statement of a transaction that changes the pool. @throws {ServiceError} POOL_BUSY where another one has the right by now */
  hold(tx: Transaction<Tables>): Promise<void>;
  release(): Promise<void>;
}

/**
 * One change of a pool at a time, whichever process makes it. A holder counts its renewals in the database; who finds the
 * count at rest for the time of a lease, by its own clock, takes the pool over from a holder that died.
 */
@Injectable()
export class PoolLeases {
  readonly #interval: number;
  /** Those of this process, by holder. */
  readonly #held = new Map<string, { signal: AbortSignal; released: PromiseWithResolvers<void> }>();

  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<Tables>,
    @Inject(CONFIG) { leaseSeconds }: IngestionConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#interval = (leaseSeconds * 1000) / RENEWALS;
  }

  /** @param signal of the caller: one who has left makes way for the next @throws {ServiceError} POOL_BUSY */
  async acquire(poolId: string, signal: AbortSignal): Promise<PoolLease> {
    const holder = randomUUID();
    while (!(await this.#claim(poolId, holder))) await this.#awaitDeath(poolId, signal);
    const released = Promise.withResolvers<void>();
    this.#held.set(holder, { signal, released });
    const renewal = setInterval(() => {
      if (signal.aborted) return;
      this.#renew(poolId, holder).catch((error: unknown) => {
        this.log.warn({ poolId, error }, 'a lease could not be renewed');
      });
    }, this.#interval);
    renewal.unref();
    return {
      hold: (tx) => this.#hold(tx, poolId, holder),
      release: async () => {
        clearInterval(renewal);
        try {
          await this.database.db.deleteFrom('pool_leases').where('holder', '=', holder).execute();
        } finally {
          this.#held.delete(holder);
          released.resolve();
        }
      },
    };
  }

  async #claim(poolId: string, holder: string): Promise<boolean> {
    const claimed = await this.database.db
      .insertInto('pool_leases')
      .values({ pool_id: poolId, holder })
      .onConflict((conflict) => conflict.column('pool_id').doNothing())
      .returning('holder')
      .executeTakeFirst();
    return claimed !== undefined;
  }

  /** Resolves when the pool may be claimed. @throws {ServiceError} POOL_BUSY as soon as its holder shows life */
  async #awaitDeath(poolId: string, signal: AbortSignal): Promise<void> {
    const first = await this.#lease(poolId);
    if (!first) return;
    const own = this.#held.get(first.holder);
    if (own) {
      if (!own.signal.aborted) throw busy(poolId);
      await own.released.promise;
      return;
    }
    for (let look = 0; look < RENEWALS; look++) {
      await delay(this.#interval, undefined, { signal });
      const now = await this.#lease(poolId);
      if (!now) return;
      if (now.holder !== first.holder || now.renewals !== first.renewals) throw busy(poolId);
    }
    await this.database.db
      .deleteFrom('pool_leases')
      .where('holder', '=', first.holder)
      .where('renewals', '=', first.renewals)
      .execute();
  }

  async #lease(poolId: string) {
    return await this.database.db
      .selectFrom('pool_leases')
      .selectAll()
      .where('pool_id', '=', poolId)
      .executeTakeFirst();
  }

  async #renew(poolId: string, holder: string): Promise<void> {
    await this.database.db
      .updateTable('pool_leases')
      .set(({ eb }) => ({ renewals: eb('renewals', '+', 1) }))
      .where('pool_id', '=', poolId)
      .where('holder', '=', holder)
      .execute();
  }

  async #hold(tx: Transaction<Tables>, poolId: string, holder: string): Promise<void> {
    const lease = await tx
      .selectFrom('pool_leases')
      .select('holder')
      .where('pool_id', '=', poolId)
      .forUpdate()
      .executeTakeFirst();
    if (lease?.holder !== holder) throw busy(poolId);
  }
}

function busy(poolId: string): ServiceError {
  return new ServiceError(
    'POOL_BUSY',
    `pool "${poolId}" is being written by another upload: wait for its end, or use another pool`,
  );
}
