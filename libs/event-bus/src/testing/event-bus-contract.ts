import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { currentTraceparent } from '@spectrawl/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DEAD_LETTER_HEADERS,
  deadLetterTopic,
  EventBusClosedError,
  UnknownTopicError,
  UnprocessableEventError,
  type EventBus,
  type EventEnvelope,
} from '../index.ts';
import { partitionOf } from '../partition-of.ts';
import { Arrivals } from './arrivals.ts';

export interface EventBusHarness {
  /** Opens the bus anew on the same stored events. One is open at a time. */
  open(): Promise<EventBus>;
  /** milliseconds of work on one event that outlast every session time-out of the bus */
  longWork: number;
}

const AT_ONCE = { initialDelay: 1, maximumDelay: 4 };

/** The specification of {@link EventBus}: every adapter passes it. */
export function describeEventBusContract(adapter: string, start: () => Promise<EventBusHarness>): void {
  describe(`${adapter} keeps the event bus contract`, () => {
    let harness: EventBusHarness;
    let bus: EventBus;

    beforeAll(async () => {
      harness = await start();
      bus = await harness.open();
    });
    afterAll(() => bus.close());

    const freshTopic = async (partitions = 4) => {
      const topic = `contract.${randomUUID()}.v1`;
      await bus.ensureTopics([{ topic, partitions }]);
      return topic;
    };
    const freshGroup = () => `group-${randomUUID()}`;
    const event = (topic: string, key: string, text: string): EventEnvelope => ({
      id: `${key}-${text}`,
      topic,
      key,
      value: new TextEncoder().encode(text),
      headers: { 'content-type': 'text/plain' },
    });
    const textOf = ({ value }: EventEnvelope) => new TextDecoder().decode(value);
    /** `count` events of each key, numbered by key, the keys mixed. */
    const numbered = (topic: string, keys: number, count: number) =>
      Array.from({ length: keys * count }, (_, i) => event(topic, `key-${i % keys}`, String(Math.floor(i / keys))));
    const numbersByKey = (events: readonly EventEnvelope[]) => {
      const byKey = Map.groupBy(events, ({ key }) => key);
      return new Map([...byKey].map(([key, ofKey]) => [key, ofKey.map((one) => Number(textOf(one)))]));
    };
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
    const distinct = (events: readonly EventEnvelope[]) => new Set(events.map(({ id }) => id)).size;

    test('delivers the events of a key in the order in which they were published', async () => {
      const topic = await freshTopic();
      const arrivals = new Arrivals<EventEnvelope>();
      const events = numbered(topic, 12, 20);
      await bus.publish(events.slice(0, 100));
      const subscription = await bus.subscribe({ group: freshGroup(), topics: [topic], concurrency: 4 }, async (one) =>
        arrivals.add(one),
      );
      for (const one of events.slice(100)) await bus.publish([one]);
      const received = numbersByKey(await arrivals.count(events.length));
      await subscription.stop();
      expect(received.size).toBe(12);
      for (const numbers of received.values()) expect(numbers).toEqual(upTo(20));
    });

    test('delivers bytes, key, id and headers as they were', async () => {
      const topic = await freshTopic();
      const arrivals = new Arrivals<EventEnvelope>();
      const original: EventEnvelope = {
        id: 'ďábel-1',
        topic,
        key: 'ключ "\'\\ ',
        value: Uint8Array.from({ length: 256 }, (_, i) => i),
        headers: { ce_id: 'x', traceparent: '', note: 'Štefánik\n"quoted"' },
      };
      const empty = { ...original, id: '2', value: new Uint8Array(), headers: {} };
      await bus.publish([original, empty]);
      const subscription = await bus.subscribe({ group: freshGroup(), topics: [topic] }, async (one) =>
        arrivals.add(one),
      );
      const [first, second] = await arrivals.count(2);
      await subscription.stop();
      expect({ ...first, value: new Uint8Array(first?.value ?? []) }).toEqual(original);
      expect(second?.value).toHaveLength(0);
      expect(second?.headers).toEqual({});
    });

    test('accepts an empty list of events', async () => {
      await expect(bus.publish([])).resolves.toBeUndefined();
    });

    test('gives every group every event, also those published before it came', async () => {
      const topic = await freshTopic();
      const events = numbered(topic, 5, 4);
      await bus.publish(events);
      for (const group of [freshGroup(), freshGroup()]) {
        const arrivals = new Arrivals<EventEnvelope>();
        const subscription = await bus.subscribe({ group, topics: [topic] }, async (one) => arrivals.add(one));
        expect(distinct(await arrivals.count(events.length))).toBe(events.length);
        await subscription.stop();
        expect(await bus.lag(group, topic)).toBe(0);
      }
    });

    test('serves several topics in one subscription', async () => {
      const topics = [await freshTopic(2), await freshTopic(3)];
      const arrivals = new Arrivals<EventEnvelope>();
      const subscription = await bus.subscribe({ group: freshGroup(), topics }, async (one) => arrivals.add(one));
      await bus.publish(topics.flatMap((topic) => numbered(topic, 4, 2)));
      const counts = Map.groupBy(await arrivals.count(16), ({ topic }) => topic);
      await subscription.stop();
      expect(topics.map((topic) => counts.get(topic)?.length)).toEqual([8, 8]);
    });

    test('handles partitions in parallel, as many as the concurrency', async () => {
      const topic = await freshTopic(4);
      await bus.publish(numbered(topic, 64, 1));
      const { promise: allBusy, resolve: areAllBusy } = Promise.withResolvers<void>();
      const arrivals = new Arrivals<EventEnvelope>();
      let busy = 0;
      let busiest = 0;
      const subscription = await bus.subscribe(
        { group: freshGroup(), topics: [topic], concurrency: 3 },
        async (one) => {
          busiest = Math.max(busiest, ++busy);
          if (busy === 3) areAllBusy();
          await allBusy;
          busy--;
          arrivals.add(one);
        },
      );
      await arrivals.count(64);
      await subscription.stop();
      expect(busiest).toBe(3);
    });

    test('delivers a failed event again, and the next of its key only after it', async () => {
      const topic = await freshTopic();
      const attempts: string[] = [];
      const arrivals = new Arrivals<EventEnvelope>();
      await bus.publish([event(topic, 'key', 'first'), event(topic, 'key', 'second')]);
      const group = freshGroup();
      const subscription = await bus.subscribe({ group, topics: [topic], retry: AT_ONCE }, async (one, { attempt }) => {
        attempts.push(`${textOf(one)} ${attempt}`);
        if (textOf(one) === 'first' && attempt < 3) throw new Error('not yet');
        arrivals.add(one);
      });
      await arrivals.count(2);
      await subscription.stop();
      expect(attempts).toEqual(['first 1', 'first 2', 'first 3', 'second 1']);
    });

    test('holds up only the partition of an event that fails, for other events not even a slot', async () => {
      const topic = await freshTopic(4);
      const keys = upTo(20).map((i) => `key-${i}`);
      const stuck = 'stuck';
      const elsewhere = keys.filter((key) => partitionOf(key, 4) !== partitionOf(stuck, 4));
      const arrivals = new Arrivals<EventEnvelope>();
      await bus.publish([event(topic, stuck, 'first'), event(topic, stuck, 'second')]);
      await bus.publish(elsewhere.map((key) => event(topic, key, 'other')));
      const retry = { ...AT_ONCE, attempts: Infinity };
      const subscription = await bus.subscribe({ group: freshGroup(), topics: [topic], retry }, async (one) => {
        if (one.key === stuck && arrivals.all.length < elsewhere.length) throw new Error('not before all the others');
        arrivals.add(one);
      });
      const all = await arrivals.count(elsewhere.length + 2);
      await subscription.stop();
      expect(all.slice(-2).map(textOf)).toEqual(['first', 'second']);
      expect(elsewhere.length).toBeGreaterThan(5);
    });

    test.each([
      ['that fails every time', () => new Error('no such shard'), '3', 'Error'],
      [
        'that no retry mends, at once',
        () => new UnprocessableEventError('no such shard'),
        '1',
        'UnprocessableEventError',
      ],
    ])('puts an event %s into the dead-letter topic and goes on', async (_which, failure, attempts, error) => {
      const topic = await freshTopic(1);
      const group = freshGroup();
      const handled = new Arrivals<EventEnvelope>();
      const poison = event(topic, 'key', 'poison');
      await bus.publish([event(topic, 'key', 'before'), poison, event(topic, 'key', 'after')]);
      const retry = { ...AT_ONCE, attempts: 3 };
      const subscription = await bus.subscribe({ group, topics: [topic], retry }, async (one) => {
        if (textOf(one) === 'poison') throw failure();
        handled.add(one);
      });
      expect((await handled.count(2)).map(textOf)).toEqual(['before', 'after']);
      await subscription.stop();
      expect(await bus.lag(group, topic)).toBe(0);

      const letters = new Arrivals<EventEnvelope>();
      const graveyard = await bus.subscribe(
        { group: freshGroup(), topics: [deadLetterTopic(topic, group)] },
        async (one) => letters.add(one),
      );
      const [letter] = await letters.count(1);
      await graveyard.stop();
      expect(letter).toMatchObject({ id: poison.id, key: 'key', topic: deadLetterTopic(topic, group) });
      expect(letter && textOf(letter)).toBe('poison');
      expect(letter?.headers).toMatchObject({
        'content-type': 'text/plain',
        [DEAD_LETTER_HEADERS.reason]: 'no such shard',
        [DEAD_LETTER_HEADERS.error]: error,
        [DEAD_LETTER_HEADERS.attempts]: attempts,
        [DEAD_LETTER_HEADERS.topic]: topic,
        [DEAD_LETTER_HEADERS.partition]: '0',
        [DEAD_LETTER_HEADERS.offset]: '1',
        [DEAD_LETTER_HEADERS.group]: group,
      });
    });

    test('shares partitions with a subscription that joins in mid-work, and handles no key in two places', async () => {
      const topic = await freshTopic(4);
      const group = freshGroup();
      const arrivals = new Arrivals<EventEnvelope & { by: string }>();
      const { promise: joined, resolve: hasJoined } = Promise.withResolvers<void>();
      const { promise: working, resolve: isWorking } = Promise.withResolvers<void>();
      const inHand = new Set<string>();
      let collisions = 0;
      const handler = (by: string) => async (one: EventEnvelope) => {
        if (inHand.has(one.key)) collisions++;
        inHand.add(one.key);
        isWorking();
        await joined;
        inHand.delete(one.key);
        arrivals.add({ ...one, by });
      };
      const first = await bus.subscribe({ group, topics: [topic], concurrency: 4 }, handler('first'));
      await bus.publish(numbered(topic, 16, 5));
      await working;
      const second = await bus.subscribe({ group, topics: [topic], concurrency: 4 }, handler('second'));
      hasJoined();
      await arrivals.until((all) => distinct(all) === 80);
      // Sooner or later both own partitions, and events over many keys reach both.
      for (let round = 0; new Set(arrivals.all.slice(-64).map(({ by }) => by)).size < 2; round++) {
        const before = distinct(arrivals.all);
        await bus.publish(numbered(topic, 64, 1).map((one) => ({ ...one, id: `round ${round} ${one.id}` })));
        await arrivals.until((all) => distinct(all) === before + 64);
      }
      await Promise.all([first.stop(), second.stop()]);
      const firstDeliveries = [...new Map(arrivals.all.toReversed().map((one) => [one.id, one])).values()].toReversed();
      const early = numbersByKey(firstDeliveries.filter(({ id }) => !id.startsWith('round')));
      for (const numbers of early.values()) expect(numbers).toEqual(upTo(5));
      expect(collisions).toBe(0);
    });

    test('hands the event in hand to another subscription when one stops in mid-work', async () => {
      const topic = await freshTopic(1);
      const group = freshGroup();
      const { promise: working, resolve: isWorking } = Promise.withResolvers<void>();
      await bus.publish(numbered(topic, 1, 3));
      const leaving = await bus.subscribe({ group, topics: [topic] }, async (_one, { signal }) => {
        isWorking();
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('handed back'))));
      });
      await working;
      const arrivals = new Arrivals<EventEnvelope>();
      const staying = await bus.subscribe({ group, topics: [topic] }, async (one) => arrivals.add(one));
      await leaving.stop();
      expect(numbersByKey(await arrivals.count(3)).get('key-0')).toEqual(upTo(3));
      await staying.stop();
    });

    test('waits, when stopped, for a handler that finishes its work, and does not deliver that event again', async () => {
      const topic = await freshTopic(1);
      const group = freshGroup();
      const { promise: working, resolve: isWorking } = Promise.withResolvers<void>();
      const { promise: mayFinish, resolve: finish } = Promise.withResolvers<void>();
      let finished = false;
      await bus.publish(numbered(topic, 1, 2));
      const subscription = await bus.subscribe({ group, topics: [topic] }, async () => {
        isWorking();
        await mayFinish;
        finished = true;
      });
      await working;
      const stopped = subscription.stop().then(() => finished);
      finish();
      expect(await stopped).toBe(true);
      const arrivals = new Arrivals<EventEnvelope>();
      const next = await bus.subscribe({ group, topics: [topic] }, async (one) => arrivals.add(one));
      expect((await arrivals.count(1)).map(textOf)).toEqual(['1']);
      await next.stop();
    });

    test('continues after a restart where the group had come to', async () => {
      const topic = await freshTopic(2);
      const group = freshGroup();
      const before = new Arrivals<EventEnvelope>();
      await bus.publish(numbered(topic, 8, 5));
      await bus.subscribe({ group, topics: [topic] }, async (one, { signal }) => {
        if (before.all.length >= 15) {
          before.add(one);
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('handed back'))));
        }
        before.add(one);
      });
      await before.count(16);
      await bus.close();
      await expect(bus.publish([event(topic, 'key', 'late')])).rejects.toThrow(EventBusClosedError);

      bus = await harness.open();
      expect(await bus.lag(group, topic)).toBe(25);
      const after = new Arrivals<EventEnvelope>();
      const subscription = await bus.subscribe({ group, topics: [topic] }, async (one) => after.add(one));
      await after.count(25);
      await subscription.stop();
      const together = numbersByKey([...before.all.slice(0, 15), ...after.all]);
      expect(together.size).toBe(8);
      for (const numbers of together.values()) expect(numbers).toEqual(upTo(5));
    });

    test('lets work take longer than any session', async () => {
      const topic = await freshTopic(2);
      const group = freshGroup();
      const arrivals = new Arrivals<EventEnvelope>();
      await bus.publish(numbered(topic, 4, 1));
      const subscription = await bus.subscribe({ group, topics: [topic], concurrency: 2 }, async (one) => {
        if (one.key === 'key-0') await delay(harness.longWork);
        arrivals.add(one);
      });
      await arrivals.count(4);
      await subscription.stop();
      expect(arrivals.all).toHaveLength(4);
      expect(await bus.lag(group, topic)).toBe(0);
    });

    test('tells how far a group lags behind', async () => {
      const topic = await freshTopic(3);
      const group = freshGroup();
      expect(await bus.lag(group, topic)).toBe(0);
      await bus.publish(numbered(topic, 9, 2));
      expect(await bus.lag(group, topic)).toBe(18);
      const arrivals = new Arrivals<EventEnvelope>();
      const subscription = await bus.subscribe({ group, topics: [topic] }, async (one) => arrivals.add(one));
      await arrivals.count(18);
      await subscription.stop();
      expect(await bus.lag(group, topic)).toBe(0);
      await bus.publish(numbered(topic, 1, 2));
      expect(await bus.lag(group, topic)).toBe(2);
    });

    test('refuses topics that nobody created', async () => {
      const topic = `contract.${randomUUID()}.v1`;
      await expect(bus.publish([event(topic, 'key', 'x')])).rejects.toThrow(UnknownTopicError);
      await expect(bus.subscribe({ group: freshGroup(), topics: [topic] }, async () => {})).rejects.toThrow(
        UnknownTopicError,
      );
      await expect(bus.lag(freshGroup(), topic)).rejects.toThrow(UnknownTopicError);
    });

    test('keeps the partitions of a topic that exists', async () => {
      const topic = await freshTopic(1);
      await bus.ensureTopics([
        { topic, partitions: 7 },
        { topic: `${topic}.second`, partitions: 2 },
      ]);
      await bus.publish(numbered(topic, 20, 1));
      const arrivals = new Arrivals<EventEnvelope>();
      const subscription = await bus.subscribe({ group: freshGroup(), topics: [topic] }, async (one) =>
        arrivals.add(one),
      );
      expect((await arrivals.count(20)).map(({ key }) => key)).toEqual(upTo(20).map((i) => `key-${i}`));
      await subscription.stop();
    });

    test('handles an event in the trace that it came with', async () => {
      const topic = await freshTopic(1);
      const traces = new Arrivals<string | undefined>();
      const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
      const traced = event(topic, 'key', 'traced');
      await bus.publish([{ ...traced, headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } }]);
      const subscription = await bus.subscribe({ group: freshGroup(), topics: [topic] }, async () =>
        traces.add(currentTraceparent()),
      );
      const [traceparent] = await traces.count(1);
      await subscription.stop();
      expect(traceparent?.split('-')[1]).toBe(trace);
    });
  });
}
