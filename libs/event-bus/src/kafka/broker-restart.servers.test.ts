import { randomUUID } from 'node:crypto';
import { startKafka, type KafkaServer } from '@spectrawl/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { EventBusClosedError } from '../errors.ts';
import type { EventEnvelope } from '../event-bus.ts';
import { Arrivals } from '../testing/arrivals.ts';
import { BrokerConnections } from '../testing/broker-connections.ts';
import { KafkaEventBus } from './kafka-event-bus.ts';

/** milliseconds */
const SESSION_TIMEOUT = 4_000;
const KEYS = 12;

let kafka: KafkaServer;
let bus: KafkaEventBus;
let topic: string;
let group: string;

beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(() => kafka.stop());
beforeEach(async () => {
  bus = new KafkaEventBus({ kind: 'kafka', brokers: kafka.brokers, sessionTimeout: SESSION_TIMEOUT });
  topic = `restart.${randomUUID()}.v1`;
  group = `group-${randomUUID()}`;
  await bus.ensureTopics([{ topic, partitions: 4 }]);
});
afterEach(() => bus.close());

const event = (key: string, text: string): EventEnvelope => ({
  id: `${key}/${text}`,
  topic,
  key,
  value: new TextEncoder().encode(text),
  headers: {},
});
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const round = (number: number) => upTo(KEYS).map((key) => event(`key-${key}`, String(number)));

/** Publishes as the outbox does: again until it is accepted. @returns how often it was refused */
async function publish(events: EventEnvelope[]): Promise<number> {
  for (let refused = 0; ; refused++) {
    try {
      await bus.publish(events);
      return refused;
    } catch (error) {
      if (error instanceof EventBusClosedError) throw error;
    }
  }
}

/** The numbers of each key in the order of their first deliveries. */
function firstDeliveries(events: readonly EventEnvelope[]): Map<string, number[]> {
  const first = new Map(events.toReversed().map((one) => [one.id, one]));
  const inOrder = [...first.values()].toReversed();
  return new Map(
    [...Map.groupBy(inOrder, ({ key }) => key)].map(([key, ofKey]) => [
      key,
      ofKey.map(({ id }) => Number(id.split('/')[1])),
    ]),
  );
}

/** A handler whose event `slow` is at work until told to finish. */
function slowWork() {
  const arrivals = new Arrivals<EventEnvelope>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: mayFinish, resolve: finish } = Promise.withResolvers<void>();
  const handler = async (one: EventEnvelope) => {
    if (one.key === 'slow') {
      begin();
      await mayFinish;
    }
    arrivals.add(one);
  };
  return { arrivals, begun, finish, handler };
}

test('a broker that is killed and comes back in mid-work costs no event, nor the work in hand', async () => {
  const { arrivals, begun, finish, handler } = slowWork();
  await bus.subscribe({ group, topics: [topic], concurrency: 4 }, handler);
  await bus.publish([event('slow', '0')]);
  await begun;
  let published = 0;
  for (const _restart of upTo(2)) {
    const rounds = (async () => {
      for (const _ of upTo(30)) await publish(round(published++));
    })();
    await kafka.restart();
    await rounds;
  }
  finish();
  await publish([event('slow', '1')]);
  await arrivals.until((all) => new Set(all.map(({ id }) => id)).size === KEYS * published + 2);

  const numbers = firstDeliveries(arrivals.all);
  for (const key of upTo(KEYS)) expect(numbers.get(`key-${key}`)).toEqual(upTo(published));
  expect(arrivals.all.filter(({ key }) => key === 'slow').map(({ id }) => id)).toEqual(['slow/0', 'slow/1']);
  await bus.close();
  bus = new KafkaEventBus({ kind: 'kafka', brokers: kafka.brokers });
  expect(await bus.lag(group, topic)).toBe(0);
});

test('work in hand outlasts an outage that is longer than the session and every retry', async () => {
  using connections = new BrokerConnections(kafka.brokers);
  await bus.close();
  bus = new KafkaEventBus({ kind: 'kafka', brokers: kafka.brokers, sessionTimeout: 1_000 });
  const { arrivals, begun, finish, handler } = slowWork();
  await bus.subscribe({ group, topics: [topic], concurrency: 4 }, handler);
  await bus.publish([event('slow', '0')]);
  await begun;
  connections.cut();
  // Each of these tries for several seconds.
  for (const _ of upTo(2)) await expect(bus.publish([event('slow', 'never')])).rejects.toThrow(/./);
  finish();
  await arrivals.count(1);
  connections.mend();
  await publish([event('slow', '1'), ...round(0)]);
  await arrivals.until((all) => new Set(all.map(({ id }) => id)).size === KEYS + 2);
  expect(arrivals.all.filter(({ key }) => key === 'slow').map(({ id }) => id)).toEqual(['slow/0', 'slow/1']);
});

test('connections that break in mid-publication neither lose an event nor mix up the order of a key', async () => {
  using connections = new BrokerConnections(kafka.brokers);
  const [rounds, breaks] = [300, 25];
  let refused = 0;
  const several: Promise<void>[] = [];
  for (const number of upTo(rounds)) {
    const publication = publish(round(number)).then((times) => void (refused += times));
    if (number % (rounds / breaks) === 0) setImmediate(() => connections.sever());
    await publication;
    // Others publish at the same time, as the services of one process do.
    several.push(publish([event('other', String(number))]).then((times) => void (refused += times)));
  }
  await Promise.all(several);
  const arrivals = new Arrivals<EventEnvelope>();
  await bus.subscribe({ group, topics: [topic], concurrency: 4 }, async (one) => arrivals.add(one));
  await arrivals.until((all) => new Set(all.map(({ id }) => id)).size === (KEYS + 1) * rounds);
  const numbers = firstDeliveries(arrivals.all);
  for (const key of upTo(KEYS)) expect(numbers.get(`key-${key}`)).toEqual(upTo(rounds));
  // What was accepted the first time is there once.
  expect(arrivals.all.length).toBeLessThanOrEqual((KEYS + 1) * rounds + refused * KEYS);
});
