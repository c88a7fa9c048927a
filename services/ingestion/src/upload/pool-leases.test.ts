import { openDatabase, type DatabaseServer, type ServiceDatabase } from '@spectrawl/database';
import { logger } from '@spectrawl/telemetry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { IngestionConfig } from '../config.ts';
import type { Tables } from '../tables.ts';
import { PoolLeases } from './pool-leases.ts';

/** Renewed so seldom that others take its holders for dead. */
const SILENT_SECONDS = 600;
const SHORT_SECONDS = 0.1;
/** Its holders show life a hundred times while another one, of another process, looks once. */
const LIVELY_SECONDS = 0.1;
const PATIENT_SECONDS = 10;

let server: DatabaseServer;
let database: ServiceDatabase<Tables>;
beforeAll(async () => {
  server = await openDatabase({ kind: 'pglite', directory: 'memory' });
  database = await server.forService<Tables>('ingestion', new URL('../../migrations/', import.meta.url));
});
afterAll(() => server.close());

let pools = 0;
let poolId: string;
beforeEach(async () => {
  poolId = `pool-${(pools += 1)}`;
  await database.db
    .insertInto('pools')
    .values({
      pool_id: poolId,
      request_id: poolId,
      surveys: [],
      preprocessing_version: '1',
      create_time: new Date(),
    })
    .execute();
});

/** The leases of a process of its own. */
const processOf = (leaseSeconds: number) =>
  new PoolLeases(database, IngestionConfig.parse({ leaseSeconds }), logger('ingestion'));
const never = new AbortController().signal;

it('a pool has one holder, until it is released', async () => {
  const leases = processOf(SHORT_SECONDS);
  const first = await leases.acquire(poolId, never);
  await expect(leases.acquire(poolId, never)).rejects.toMatchObject({ reason: 'POOL_BUSY' });
  await first.release();
  const second = await leases.acquire(poolId, never);
  await database.transaction((tx) => second.hold(tx));
  await second.release();
});

it('a holder of another process that shows life keeps its pool', async () => {
  const first = await processOf(LIVELY_SECONDS).acquire(poolId, never);
  await expect(processOf(PATIENT_SECONDS).acquire(poolId, never)).rejects.toMatchObject({ reason: 'POOL_BUSY' });
  await first.release();
});

it('a holder of another process that shows none loses its pool, and can commit nothing any more', async () => {
  const silent = await processOf(SILENT_SECONDS).acquire(poolId, never);
  const successor = await processOf(SHORT_SECONDS).acquire(poolId, never);
  await expect(database.transaction((tx) => silent.hold(tx))).rejects.toMatchObject({ reason: 'POOL_BUSY' });
  // Nor does it take the pool from its successor when it lets go.
  await silent.release();
  await database.transaction((tx) => successor.hold(tx));
  await successor.release();
});

it('a holder whose caller has left is waited for', async () => {
  const leases = processOf(SILENT_SECONDS);
  const caller = new AbortController();
  const leaving = await leases.acquire(poolId, caller.signal);
  caller.abort();
  const waiting = leases.acquire(poolId, never);
  await leaving.release();
  const next = await waiting;
  await expect(database.transaction((tx) => next.hold(tx))).resolves.toBeUndefined();
  await next.release();
});

it('a wait ends when the caller leaves', async () => {
  const holder = await processOf(SILENT_SECONDS).acquire(poolId, never);
  const caller = new AbortController();
  const waiting = processOf(SILENT_SECONDS).acquire(poolId, caller.signal);
  caller.abort();
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  await holder.release();
});
