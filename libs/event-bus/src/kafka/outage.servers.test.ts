import { randomUUID } from 'node:crypto';
import { FaultyLinks, startKafka, startToxiproxy, type FaultyLink, type Server } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KafkaEventBus } from './kafka-event-bus.ts';

let servers: Server[] = [];
let link: FaultyLink;

beforeAll(async () => {
  const proxy = await startToxiproxy();
  servers = [proxy];
  const links = new FaultyLinks(proxy);
  const advertised = await links.reserve();
  const kafka = await startKafka({ advertised });
  servers.push(kafka);
  link = await links.open('kafka', kafka.listens, advertised);
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

test('what was handled while the brokers were out of reach is recorded when they are back, though nothing follows', async () => {
  const bus = new KafkaEventBus({ kind: 'kafka', brokers: [link.address], sessionTimeout: 4_000 });
  const [topic, group] = [`outage.${randomUUID()}.v1`, `group-${randomUUID()}`];
  await bus.ensureTopics([{ topic, partitions: 8 }]);
  const inHand = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const deliveries: string[] = [];
  await bus.subscribe({ group, topics: [topic], concurrency: 8 }, async ({ id }) => {
    deliveries.push(id);
    if (deliveries.length === 8) inHand.resolve();
    await release.promise;
  });
  const keys = Array.from({ length: 8 }, (_, i) => `run/${i}`);
  await bus.publish(keys.map((key) => ({ id: key, topic, key, value: new Uint8Array(1), headers: {} })));
  await inHand.promise;
  await link.cut();
  release.resolve();
  // By now every call has been tried for as long as any is.
  await expect(bus.lag(group, topic)).rejects.toThrow(/ECONNREFUSED|Closed connection/);
  await link.mend();
  await vi.waitUntil(async () => (await bus.lag(group, topic)) === 0, { timeout: 60_000, interval: 200 });
  expect(deliveries.toSorted()).toEqual(keys.toSorted());
  await bus.close();
});
