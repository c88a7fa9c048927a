import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { openEventBus } from '@spectrawl/event-bus';
import { connect, isServing, ServiceError, type Authenticator } from '@spectrawl/grpc';
import { loadConfig, runServices, type RunningServices } from '@spectrawl/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { OperationsServer } from '../src/operations-server.ts';
import { Readiness } from '../src/readiness.ts';
import { poolKeeperService } from './pool-keeper.ts';

let folder: string;
const underWay: (() => Promise<unknown> | void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-operations-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const end of underWay.splice(0).reverse()) await end();
});

async function start(values: object = {}): Promise<RunningServices & { ask: (path: string) => Promise<Response> }> {
  const yaml = JSON.stringify({
    grpc: { port: 0 },
    database: { kind: 'pglite', directory: 'memory' },
    objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
    eventBus: { kind: 'embedded' },
    operations: { port: 0 },
    ...values,
  });
  const services = await runServices([poolKeeperService()], loadConfig([poolKeeperService()], yaml, {}));
  underWay.push(() => services.stop());
  return { ...services, ask: (path) => fetch(`http://${services.operationsAddress}${path}`) };
}

describe('the operations endpoint of running services', () => {
  it('says that they live and are ready, shows metrics, and says until its end that they are not ready any more', async () => {
    const { ask, stop, address } = await start();
    expect((await ask('/livez')).status).toBe(200);
    const ready = await ask('/readyz');
    expect([ready.status, await ready.text()]).toEqual([200, '{"status":"ok"}\n']);
    expect((await ask('/nothing')).status).toBe(404);
    expect((await fetch((await ask('/readyz')).url, { method: 'POST' })).status).toBe(405);

    const metrics = await ask('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await metrics.text();
    for (const name of [
      'spectrawl_ready 1',
      'process_memory_usage_bytes ',
      'nodejs_eventloop_delay_p99_seconds ',
      'spectrawl_outbox_events{spectrawl_service="ingestion"} 0',
      'messaging_consumer_group_name="ingestion"',
    ]) {
      expect(text).toContain(name);
    }

    const channel = connect(address);
    underWay.push(() => channel.close());
    expect(await isServing(channel)).toBe(true);
    const stopped = stop();
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'not ready', failing: ['draining'] });
    await stopped;
    await expect(ask('/livez')).rejects.toThrow('fetch failed');
  });

  it.each([
    ['viewers', 401],
    ['everybody', 200],
  ])('shows metrics to %s: without a token it answers %i', async (metrics, status) => {
    const issuer = { issuer: 'https://login.example.org', audience: 'spectrawl' };
    const { ask } = await start({
      operations: { port: 0, metrics },
      authentication: { kind: 'jwt', issuers: [issuer] },
      grpc: { port: 0, client: { tokenFile: join(folder, 'token') } },
    });
    expect((await ask('/metrics')).status).toBe(status);
  });

  it('says, over gRPC too, that they are not ready while the object store is away, and that they are when it is back', async () => {
    const { ask, address } = await start();
    const channel = connect(address);
    underWay.push(() => channel.close());
    await rename(join(folder, 'objects'), join(folder, 'elsewhere'));
    await vi.waitFor(
      async () => {
        expect(await (await ask('/readyz')).json()).toEqual({ status: 'not ready', failing: ['object store'] });
        expect(await isServing(channel)).toBe(false);
      },
      { timeout: 20_000 },
    );
    await rename(join(folder, 'elsewhere'), join(folder, 'objects'));
    await vi.waitFor(
      async () => {
        expect((await ask('/readyz')).status).toBe(200);
        expect(await isServing(channel)).toBe(true);
      },
      { timeout: 20_000 },
    );
  });
});

describe('readiness', () => {
  let database: DatabaseServer;

  it('follows the database and the event bus', async () => {
    database = await openDatabase({ kind: 'pglite', directory: 'memory' });
    const bus = await openEventBus({ kind: 'embedded' }, { database });
    const readiness = new Readiness(10);
    underWay.push(() => readiness.stop());
    readiness.add('database', () => database.check());
    readiness.add('event bus', () => bus.check());
    expect(readiness.state).toEqual({ ready: false, failing: ['starting'] });
    await readiness.up();
    expect(readiness.state).toEqual({ ready: true, failing: [] });
    await bus.close();
    await expect.poll(() => readiness.state).toEqual({ ready: false, failing: ['event bus'] });
    await database.close();
    await expect.poll(() => readiness.state).toEqual({ ready: false, failing: ['database', 'event bus'] });
  });

  it('never has two looks at the same thing under way, and answers although one hangs', async () => {
    let looks = 0;
    const hangs = Promise.withResolvers<void>();
    const told: string[] = [];
    const readiness = new Readiness(1, 5);
    readiness.add('slow', () => {
      looks += 1;
      return hangs.promise;
    });
    let others = 0;
    const several = Promise.withResolvers<void>();
    readiness.add('quick', async () => {
      others += 1;
      if (others === 10) several.resolve();
    });
    readiness.onChange(({ failing }) => told.push(failing.join()));
    await readiness.up();
    await several.promise;
    expect(readiness.state).toEqual({ ready: false, failing: ['slow'] });
    expect(looks).toBe(1);
    hangs.resolve();
    await expect.poll(() => readiness.state.ready).toBe(true);
    await readiness.stop();
    expect(told).toEqual(['starting', 'slow', '', 'draining']);
  });
});

describe('metrics behind a login', () => {
  const authenticator: Authenticator = {
    authenticate: async (authorization) => {
      if (authorization !== 'Bearer good') throw new ServiceError('UNAUTHENTICATED', 'no');
      return { subject: 'prometheus', name: 'prometheus', role: 'viewer' };
    },
  };

  it('are shown to viewers only, while the probes answer everybody', async () => {
    const server = new OperationsServer({
      readiness: { state: { ready: false, failing: ['database'] } },
      telemetry: { prometheusText: async () => 'up 1\n' },
      authenticator,
    });
    const url = `http://${await server.listen({ host: '127.0.0.1', port: 0 })}`;
    underWay.push(() => server.close());
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer bad' } })).status).toBe(401);
    const shown = await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer good' } });
    expect([shown.status, await shown.text()]).toEqual([200, 'up 1\n']);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    const probe = await fetch(`${url}/readyz`);
    expect([probe.status, await probe.json()]).toEqual([503, { status: 'not ready', failing: ['database'] }]);
  });
});
