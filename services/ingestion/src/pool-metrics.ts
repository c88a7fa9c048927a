import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ServiceDatabase } from '@spectrawl/database';
import { DATABASE } from '@spectrawl/runtime';
import { gauge } from '@spectrawl/telemetry';
import type { Tables } from './tables.ts';

/** What became of an input. */
const OUTCOMES = ['stored', 'quarantined', 'duplicates'] as const;

/** Shows what the pools hold. */
@Injectable()
export class PoolMetrics implements OnModuleInit, OnModuleDestroy {
  #end: (() => void) | undefined;

  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  onModuleInit(): void {
    const description = 'Inputs of all pools by what became of them; those stored are rows of the pools';
    this.#end = gauge('spectrawl.pool.rows', { description, unit: '{spectrum}' }, async () => {
      const sums = await this.database.db
        .selectFrom('pools')
        .select((of) => OUTCOMES.map((outcome) => of.fn.sum<number | null>(outcome).as(outcome)))
        .executeTakeFirstOrThrow();
      return OUTCOMES.map((outcome) => ({
        value: Number(sums[outcome] ?? 0),
        attributes: { 'spectrawl.input.outcome': outcome },
      }));
    });
  }

  onModuleDestroy(): void {
    this.#end?.();
  }
}
