import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  IngestionService,
  poolSealed,
  PoolSealedSchema,
  Pool_State,
  PoolSchema,
  type PoolSealed,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import type { Ledger, ReceivedEvent } from '@spectrawl/event-bus';
import { ServiceError, type ServiceClient, type ServiceHandlers } from '@spectrawl/grpc';
import { answersOnly, Arrivals } from '@spectrawl/testing';
import { z } from 'zod';
import { clientOf, CONFIG, DATABASE, LEDGER } from '../src/injection.ts';
import { answers, defineService, hears, says, type EventConsumer } from '../src/service.ts';

interface Tables {
  pools: { pool_id: string; heard: boolean };
}

type BeforeEffect = (event: PoolSealed, received: ReceivedEvent) => Promise<void>;

const nothing: BeforeEffect = () => Promise.resolve();

/** Deliveries that began, whatever became of them. */
export const deliveries = new Arrivals<{ poolId: string; attempt: number }>();

let beforeEffect = nothing;

/** Sets what happens before the effect of the events from here on; by default nothing does. */
export function rehearse(doing: BeforeEffect = nothing): void {
  beforeEffect = doing;
}

@Injectable()
class PoolKeeper implements EventConsumer<typeof PoolSealedSchema> {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<Tables>,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(clientOf(IngestionService)) private readonly self: ServiceClient<typeof IngestionService>,
    @Inject(CONFIG) private readonly config: { manifest: string },
  ) {}

  rpcs(): ServiceHandlers<typeof IngestionService> {
    return answersOnly(IngestionService, {
      sealPool: async ({ poolId }) => {
        await this.ledger.transaction(async (tx) => {
          await tx.db.insertInto('pools').values({ pool_id: poolId, heard: false }).execute();
          tx.publish(poolSealed, create(PoolSealedSchema, { poolId, manifestKey: this.config.manifest }));
        });
        return { pool: create(PoolSchema, { poolId, state: Pool_State.OPEN }) };
      },
      getPool: async ({ poolId }) => {
        const row = await this.database.db
          .selectFrom('pools')
          .select('heard')
          .where('pool_id', '=', poolId)
          .executeTakeFirst();
        if (!row) throw new ServiceError('POOL_NOT_FOUND', `there is no pool "${poolId}"`);
        const state = row.heard ? Pool_State.SEALED : Pool_State.OPEN;
        return { pool: create(PoolSchema, { poolId, state }) };
      },
    });
  }

  async handle(event: PoolSealed, received: ReceivedEvent): Promise<void> {
    deliveries.add({ poolId: event.poolId, attempt: received.attempt });
    await beforeEffect(event, received);
    // A call to a service of the same process: it has to be answered also while the process stops.
    await this.self.getPool({ poolId: event.poolId });
    await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(received.eventId))) return;
      await tx.db.updateTable('pools').set({ heard: true }).where('pool_id', '=', event.poolId).execute();
    });
  }
}

/** A small service with everything that a service has: state, an RPC, an event said and heard, a call to a service. */
export function poolKeeperService(migrations = new URL('./migrations/', import.meta.url)) {
  return defineService({
    name: 'ingestion',
    config: z.strictObject({ manifest: z.string().default('manifest.json') }),
    migrations,
    grpc: [answers(IngestionService, Answers as never)],
    calls: [IngestionService],
    consumes: [hears(poolSealed, PoolKeeper)],
    produces: says(poolSealed),
    module: {
      providers: [
        PoolKeeper,
        { provide: Answers, inject: [PoolKeeper], useFactory: (keeper: PoolKeeper) => keeper.rpcs() },
      ],
    },
  });
}

/** Token of the RPCs' handlers. */
class Answers {}
