import { randomUUID } from 'node:crypto';
import { openDatabase } from '@spectrawl/database';
import { openEventBus } from '@spectrawl/event-bus';
import { openObjectStore } from '@spectrawl/object-store';
import { FaultyLinks, startKafka, startPostgres, startToxiproxy, type FaultyLink } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { Readiness } from '../src/readiness.ts';

/** milliseconds; a check itself may take five seconds, and a consumer some more to be back in its group */
const TIMEOUT = 60_000;

const closing = new AsyncDisposableStack();
let links: FaultyLinks;

beforeAll(async () => {
  links = new FaultyLinks(closing.adopt(await startToxiproxy(), (one) => one.stop()));
}, TIMEOUT);
afterAll(() => closing.disposeAsync());

/** Starts to look, very often; ends it with the tests. */
async function watch(name: string, look: () => Promise<void>): Promise<Readiness> {
  const readiness = closing.adopt(new Readiness(20), (one) => one.stop());
  readiness.add(name, look);
  await readiness.up();
  expect(readiness.state).toEqual({ ready: true, failing: [] });
  return readiness;
}

/** Cuts a link until it is noticed, and mends it until that is. @returns what failed then, and after */
async function statesAround(link: FaultyLink, readiness: Readiness, cut = () => link.cut()): Promise<string[]> {
  await cut();
  await becomes(readiness, false);
  const during = readiness.state.failing.join();
  await link.mend();
  await becomes(readiness, true);
  return [during, readiness.state.failing.join()];
}

const becomes = (readiness: Readiness, ready: boolean): Promise<void> =>
  vi.waitFor(() => expect(readiness.state.ready).toBe(ready), { timeout: TIMEOUT });

it('follows a PostgreSQL that is stopped and started again', { timeout: 2 * TIMEOUT }, async () => {
  const postgres = closing.adopt(await startPostgres(), (one) => one.stop());
  const database = closing.adopt(await openDatabase({ kind: 'postgres', url: postgres.url }), (one) => one.close());
  const readiness = await watch('database', () => database.check());
  const seen: string[] = [];
  readiness.onChange(({ failing }) => seen.push(failing.join()));
  await postgres.restart();
  await becomes(readiness, true);
  await vi.waitFor(() => expect(seen).toEqual(['', 'database', '']), { timeout: TIMEOUT });
});

it('follows a PostgreSQL that cannot be reached', { timeout: 2 * TIMEOUT }, async () => {
  const url = new URL(inject('servers').postgres.url);
  const link = await links.open('postgres', url.host);
  url.host = link.address;
  const database = closing.adopt(await openDatabase({ kind: 'postgres', url: url.href }), (one) => one.close());
  const readiness = await watch('database', () => database.check());
  expect(await statesAround(link, readiness)).toEqual(['database', '']);
  // Connections that are open, and silent.
  const silence = () => link.add({ type: 'timeout', timeout: 0 });
  expect(await statesAround(link, readiness, silence)).toEqual(['database', '']);
});

it('follows an object store that cannot be reached', { timeout: 2 * TIMEOUT }, async () => {
  const { endpoint, region, bucket, accessKey, secretKey } = inject('servers').objectServer;
  const link = await links.open('store', new URL(endpoint).host);
  const store = await openObjectStore({
    kind: 's3',
    endpoint: `http://${link.address}`,
    region,
    bucket,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
  const readiness = await watch('object store', () => store.check());
  expect(await statesAround(link, readiness)).toEqual(['object store', '']);
});

it(
  'follows brokers that cannot be reached, and consumers that are in their group',
  { timeout: 3 * TIMEOUT },
  async () => {
    const advertised = await links.reserve();
    const kafka = closing.adopt(await startKafka({ advertised }), (one) => one.stop());
    const link = await links.open('kafka', kafka.listens, advertised);
    const bus = closing.adopt(
      await openEventBus(
        { kind: 'kafka', brokers: [advertised], sessionTimeout: 6_000 },
        { database: undefined as never },
      ),
      (one) => one.close(),
    );
    const topic = `readiness.${randomUUID()}`;
    await bus.ensureTopics([{ topic, partitions: 1 }]);
    await bus.subscribe({ group: 'readiness', topics: [topic] }, () => Promise.resolve());
    // Just subscribed, it is not in its group yet.
    await expect(bus.check()).rejects.toThrow('not in the group readiness');
    await vi.waitFor(() => bus.check(), { timeout: TIMEOUT });
    const readiness = await watch('event bus', () => bus.check());
    expect(await statesAround(link, readiness)).toEqual(['event bus', '']);
  },
);
