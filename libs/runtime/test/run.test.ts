import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestionService, Pool_State } from '@spectrawl/contracts';
import { MigrationError } from '@spectrawl/database';
import { connect, type ServiceClient } from '@spectrawl/grpc';
import { loadConfig, runServices, type Config, type RunningServices } from '@spectrawl/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { deliveries, poolKeeperService, rehearse } from './pool-keeper.ts';

let folder: string;
const underWay: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-runtime-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  rehearse();
  for (const end of underWay.splice(0).reverse()) await end();
});

/** On the same directories every time: each test continues where the ones before it stopped. */

function configOf(values: object = {}): Config {
  const yaml = JSON.stringify({
    grpc: { port: 0 },
    database: { kind: 'pglite', directory: join(folder, 'database') },
    objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
    eventBus: { kind: 'embedded' },
    ...values,
  });
  return loadConfig([poolKeeperService()], yaml, {});
}

async function start(
  config = configOf(),
): Promise<RunningServices & { pools: ServiceClient<typeof IngestionService> }> {
  const services = await runServices([poolKeeperService()], config);
  const channel = connect(services.address);
  underWay.push(() => services.stop());
  underWay.push(() => channel.close());
  return { ...services, pools: channel.client(IngestionService) };
}

const stateOf = async (pools: ServiceClient<typeof IngestionService>, poolId: string) =>
  (await pools.getPool({ poolId })).pool?.state;

const becomesSealed = (pools: ServiceClient<typeof IngestionService>, poolId: string) =>
  vi.waitFor(async () => expect(await stateOf(pools, poolId)).toBe(Pool_State.SEALED), { timeout: 20_000 });

describe('a running service', () => {
  it('answers over gRPC at the address that it tells, and hears the events that it says', async () => {
    const { pools, address } = await start();
    expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    await pools.sealPool({ poolId: 'survey' });
    await becomesSealed(pools, 'survey');
  });

  it('refuses with the reason that the service gave', async () => {
    const { pools } = await start();
    await expect(pools.getPool({ poolId: 'none' })).rejects.toMatchObject({ reason: 'POOL_NOT_FOUND' });
  });

  it('handles an event again until it succeeds', async () => {
    const { pools } = await start();
    rehearse(async (_, { attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    });
    await pools.sealPool({ poolId: 'stubborn' });
    await becomesSealed(pools, 'stubborn');
    const attempts = deliveries.all.filter(({ poolId }) => poolId === 'stubborn').map(({ attempt }) => attempt);
    expect(attempts).toEqual([1, 2, 3]);
  });
});

describe('stopping', () => {
  it('waits for what is in hand, which may still call other services', async () => {
    const { pools, stop } = await start();
    rehearse(async (_, { signal }) => void (await once(signal, 'abort')));
    await pools.sealPool({ poolId: 'drained' });
    await deliveries.first(({ poolId }) => poolId === 'drained');
    await stop();

    rehearse();
    const heardBefore = deliveries.all.length;
    const again = await start();
    expect(await stateOf(again.pools, 'drained')).toBe(Pool_State.SEALED);
    expect(deliveries.all).toHaveLength(heardBefore);
  });

  it('takes back an event that was handed back undone, and the next run handles it', async () => {
    const { pools, stop } = await start();
    rehearse(async (_, { signal }) => {
      await once(signal, 'abort');
      signal.throwIfAborted();
    });
    await pools.sealPool({ poolId: 'handed-back' });
    await deliveries.first(({ poolId }) => poolId === 'handed-back');
    await stop();

    rehearse();
    const again = await start();
    await becomesSealed(again.pools, 'handed-back');
    expect(deliveries.all.filter(({ poolId }) => poolId === 'handed-back')).toHaveLength(2);
  });

  it('twice is as good as once', async () => {
    const { stop } = await start();
    await stop();
    await expect(stop()).resolves.toBeUndefined();
  });
});

describe('a start that fails', () => {
  let taken: Server;
  let port: number;
  beforeEach(async () => {
    taken = createTcpServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    ({ port } = taken.address() as AddressInfo);
  });
  afterEach(() => taken.close());

  it('because the port is taken says so, and leaves the directories free', async () => {
    await expect(runServices([poolKeeperService()], configOf({ grpc: { port } }))).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}`,
    );
    const { pools } = await start();
    await pools.sealPool({ poolId: 'after' });
    await becomesSealed(pools, 'after');
  });

  it('because of a migration names it, and leaves the directories free', async () => {
    const broken = poolKeeperService(new URL('./bad-migrations/', import.meta.url));
    const failure = await runServices([broken], configOf()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MigrationError);
    expect(failure).toMatchObject({ message: expect.stringContaining('0002-areas.sql') as string });
    const { pools } = await start();
    await pools.sealPool({ poolId: 'mended' });
    await becomesSealed(pools, 'mended');
  });

  it('because another run has the database open says so, and does not disturb that run', async () => {
    const { pools } = await start();
    await expect(runServices([poolKeeperService()], configOf())).rejects.toThrow(/in use/);
    await pools.sealPool({ poolId: 'undisturbed' });
    await becomesSealed(pools, 'undisturbed');
  });
});
