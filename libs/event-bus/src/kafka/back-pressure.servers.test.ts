import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, inject, test } from 'vitest';
import { EventTooLargeError } from '../errors.ts';
import type { EventEnvelope } from '../event-bus.ts';
import { Arrivals } from '../testing/arrivals.ts';
import { KafkaEventBus } from './kafka-event-bus.ts';

const MEBIBYTE = 1024 * 1024;

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Bytes in buffers that something still holds on to. */
function memoryHeld(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

const openBus = () => new KafkaEventBus({ kind: 'kafka', brokers: inject('servers').kafka.brokers });

test('a member holds little of a large backlog in memory, however slowly its handlers work', async () => {
  await using undo = new AsyncDisposableStack();
  const bus = openBus();
  undo.defer(() => bus.close());
  const topic = `backlog.${randomUUID()}.v1`;
  await bus.ensureTopics([{ topic, partitions: 4 }]);
  const [count, size] = [120, MEBIBYTE / 2];
  const event = (number: number): EventEnvelope => ({
    id: String(number),
    topic,
    key: `key-${number}`,
    value: new Uint8Array(size),
    headers: {},
  });
  for (let number = 0; number < count; number++) await bus.publish([event(number)]);

  const before = memoryHeld();
  const { promise: mayWork, resolve: work } = Promise.withResolvers<void>();
  const handled = new Arrivals<string>();
  await bus.subscribe({ group: `slow-${randomUUID()}`, topics: [topic], concurrency: 4 }, async ({ id }) => {
    await mayWork;
    handled.add(id);
  });
  // While others read the whole backlog, one after the other, there is time to fetch it for the slow one too.
  for (const _ of [1, 2]) {
    const read = new Arrivals<string>();
    const reader = await bus.subscribe({ group: `reader-${randomUUID()}`, topics: [topic] }, async ({ id }) =>
      read.add(id),
    );
    await read.count(count);
    await reader.stop();
  }
  const held = memoryHeld() - before;
  work();
  await handled.count(count);
  expect(new Set(handled.all).size).toBe(count);
  expect(held).toBeLessThan(16 * MEBIBYTE);
});

test('an event that no broker takes is refused with what to do, and the others go on', async () => {
  await using undo = new AsyncDisposableStack();
  const bus = openBus();
  undo.defer(() => bus.close());
  const topic = `large.${randomUUID()}.v1`;
  await bus.ensureTopics([{ topic, partitions: 1 }]);
  const event = (id: string, size: number): EventEnvelope => ({
    id,
    topic,
    key: 'key',
    value: new Uint8Array(size),
    headers: {},
  });
  const large = bus.publish([event('small', 10), event('large', MEBIBYTE)]);
  await expect(large).rejects.toThrow(EventTooLargeError);
  await expect(large).rejects.toThrow(/object store/);
  // As large as they may be, and more in one call than one request takes.
  await bus.publish(Array.from({ length: 3 }, (_, i) => event(String(i), 890_000)));
  const arrivals = new Arrivals<string>();
  await bus.subscribe({ group: `group-${randomUUID()}`, topics: [topic] }, async ({ id }) => arrivals.add(id));
  expect(await arrivals.count(3)).toEqual(['0', '1', '2']);
});

test('installations that share a cluster do not see each other’s events', async () => {
  await using undo = new AsyncDisposableStack();
  const topic = `shared.${randomUUID()}.v1`;
  const group = `group-${randomUUID()}`;
  const { brokers } = inject('servers').kafka;
  const arrivals = new Arrivals<string>();
  for (const name of ['north', 'south']) {
    const bus = new KafkaEventBus({ kind: 'kafka', brokers, topicPrefix: `${name}.` });
    undo.defer(() => bus.close());
    await bus.ensureTopics([{ topic, partitions: 1 }]);
    await bus.subscribe({ group, topics: [topic] }, async (event) =>
      arrivals.add(`${event.topic} ${event.id} ${name}`),
    );
    await bus.publish([{ id: name, topic, key: 'key', value: new Uint8Array(), headers: {} }]);
  }
  const all = await arrivals.count(2);
  expect(all.toSorted()).toEqual([`${topic} north north`, `${topic} south south`]);
});
