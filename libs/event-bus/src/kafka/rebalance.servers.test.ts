import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { EventEnvelope, EventHandler } from '../event-bus.ts';
import { partitionOf } from '../partition-of.ts';
import { Arrivals } from '../testing/arrivals.ts';
import { KafkaEventBus } from './kafka-event-bus.ts';

/** milliseconds */
const SESSION_TIMEOUT = 2_000;

const PARTITIONS = 4;

let topic: string;
let group: string;
let buses: KafkaEventBus[];
let children: ChildProcess[];

const openBus = (sessionTimeout: number | undefined = SESSION_TIMEOUT): KafkaEventBus => {
  const bus = new KafkaEventBus({ kind: 'kafka', brokers: inject('servers').kafka.brokers, sessionTimeout });
  buses.push(bus);
  return bus;
};

beforeEach(async () => {
  topic = `rebalance.${randomUUID()}.v1`;
  group = `group-${randomUUID()}`;
  buses = [];
  children = [];
  await openBus().ensureTopics([{ topic, partitions: PARTITIONS }]);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(buses.map((bus) => bus.close()));
});

const event = (key: string, number: number, id = `${key}/${number}`): EventEnvelope => ({
  id,
  topic,
  key,
  value: new TextEncoder().encode(String(number)),
  headers: {},
});
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
/** `count` events of each of so many keys, the keys mixed. */
const numbered = (keys: number, count: number, from = 0) =>
  upTo(keys * count).map((i) => event(`key-${i % keys}`, from + Math.floor(i / keys)));

/** What handlers in several members have had in hand, and whether two of them were ever at the same key. */
class Work {
  readonly done = new Arrivals<{ id: string; key: string; number: number; by: string }>();
  readonly #inHand = new Set<string>();
  collisions = 0;

  handler(by: string, work: (event: EventEnvelope) => Promise<unknown> = () => Promise.resolve()): EventHandler {
    return async (one) => {
      if (this.#inHand.has(one.key)) this.collisions++;
      this.#inHand.add(one.key);
      try {
        await work(one);
      } finally {
        this.#inHand.delete(one.key);
      }
      const number = Number(new TextDecoder().decode(one.value));
      this.done.add({ id: one.id, key: one.key, number, by });
    };
  }

  ids(): string[] {
    return this.done.all.map(({ id }) => id);
  }

  byKey(): Map<string, number[]> {
    return new Map(
      [...Map.groupBy(this.done.all, ({ key }) => key)].map(([key, of]) => [key, of.map((one) => one.number)]),
    );
  }
}

/** A member in a process of its own. */
function startWorker(): { child: ChildProcess; lines: Arrivals<string>; has: (line: string) => Promise<unknown> } {
  const script = fileURLToPath(new URL('../testing/kafka-worker.ts', import.meta.url));
  const brokers = inject('servers').kafka.brokers.join(',');
  const child = spawn(
    process.execPath,
    ['--conditions=@spectrawl/source', script, brokers, group, topic, String(SESSION_TIMEOUT)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LOG_LEVEL: 'silent' } },
  );
  children.push(child);
  const lines = new Arrivals<string>();
  createInterface(child.stdout).on('line', (line) => lines.add(line));
  return { child, lines, has: (line) => lines.until((all) => all.includes(line)) };
}

test('a member that joins is dealt what is idle, while work longer than the session time-out goes on where it is', async () => {
  const work = new Work();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: shared, resolve: share } = Promise.withResolvers<void>();
  const long = async ({ id }: EventEnvelope) => {
    if (id !== 'long') return;
    begin();
    await shared;
    await delay(2 * SESSION_TIMEOUT);
  };
  // Those of its own partition wait for it.
  const others = upTo(40)
    .map((i) => `key-${i}`)
    .filter((key) => partitionOf(key, PARTITIONS) !== partitionOf('long', PARTITIONS));
  const round = (number: number) => others.map((key) => event(key, number));
  const request = { group, topics: [topic], concurrency: 4 };
  const bus = openBus();
  await bus.subscribe(request, work.handler('first', long));
  await bus.publish([event('long', 0, 'long'), event('long', 1), ...round(0)]);
  await begun;
  await openBus().subscribe(request, work.handler('second', long));
  let rounds = 1;
  await work.done.count(others.length);
  while (new Set(work.done.all.map(({ by }) => by)).size < 2) {
    await bus.publish(round(rounds++));
    await work.done.count(others.length * rounds);
  }
  expect(work.ids()).not.toContain('long');
  share();
  await work.done.count(others.length * rounds + 2);

  expect(work.done.all.find(({ id }) => id === 'long')?.by).toBe('first');
  expect(work.ids()).toHaveLength(new Set(work.ids()).size);
  expect(work.byKey().get('long')).toEqual([0, 1]);
  expect(work.collisions).toBe(0);
});

test('members that come and go in mid-work neither lose nor double an event, nor mix up the order of a key', async () => {
  const [keys, count, rounds] = [24, 60, 6];
  const work = new Work();
  const request = { group, topics: [topic], concurrency: 2 };
  // The default: on a busy machine no member falls silent for so long.
  const join = async (by: string) => {
    const bus = openBus(undefined);
    await bus.subscribe(
      request,
      work.handler(by, () => delay(4)),
    );
    return bus;
  };
  const present = [await join('member 0'), await join('member 1')];
  const publisher = openBus(undefined);
  for (const round of upTo(rounds)) {
    await publisher.publish(numbered(keys, count / rounds, (round * count) / rounds));
    await work.done.count((round + 0.3) * keys * (count / rounds));
    present.push(await join(`member ${round + 2}`));
    await work.done.count((round + 0.6) * keys * (count / rounds));
    await present.shift()?.close();
  }
  await work.done.count(keys * count);

  expect(work.ids()).toHaveLength(keys * count);
  for (const numbers of work.byKey().values()) expect(numbers).toEqual(upTo(count));
  expect(work.byKey().size).toBe(keys);
  expect(work.collisions).toBe(0);
  await Promise.all(present.map((bus) => bus.close()));
  expect(await publisher.lag(group, topic)).toBe(0);
});

test('what a killed process had in hand is handled by another', async () => {
  const worker = startWorker();
  const bus = openBus();
  const events = [event('slow', 0, 'slow'), event('slow', 1), ...numbered(12, 4)];
  await bus.publish(events);
  await worker.has('begun slow');
  const work = new Work();
  await bus.subscribe({ group, topics: [topic] }, work.handler('survivor'));
  worker.child.kill('SIGKILL');
  await work.done.until((all) => all.some(({ id }) => id === 'slow/1'));
  const handled = () => new Set([...work.ids(), ...worker.lines.all.map((line) => line.replace('handled ', ''))]);
  await work.done.until(() => events.every(({ id }) => handled().has(id)));
  expect(work.byKey().get('slow')).toEqual([0, 1]);
});

test('a process that was frozen for longer than the session loses its event to another, and goes on with others', async () => {
  const worker = startWorker();
  const bus = openBus();
  await bus.publish([event('slow', 0, 'slow')]);
  await worker.has('begun slow');
  const work = new Work();
  await bus.subscribe({ group, topics: [topic] }, work.handler('survivor'));
  worker.child.kill('SIGSTOP');
  await work.done.count(1);
  expect(work.ids()).toEqual(['slow']);
  worker.child.kill('SIGCONT');
  await worker.has('aborted slow');

  let published = 0;
  const handledByWorker = () => worker.lines.all.filter((line) => line.startsWith('handled'));
  while (handledByWorker().length === 0) {
    await bus.publish(numbered(20, 1, published++));
    const all = () => handledByWorker().length + work.ids().length - 1 === 20 * published;
    await Promise.race([work.done.until(all), worker.lines.until(all)]);
  }
  const everything = [...work.ids(), ...handledByWorker().map((line) => line.replace('handled ', ''))];
  expect(everything.toSorted()).toEqual(['slow', ...numbered(20, published).map(({ id }) => id)].toSorted());
});
