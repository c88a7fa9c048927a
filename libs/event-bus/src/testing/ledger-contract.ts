import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { StringValueSchema, type StringValue } from '@bufbuild/protobuf/wkt';
import { defineEvent, type EventType } from '@spectrawl/contracts';
import type { DatabaseServer, ServiceDatabase } from '@spectrawl/database';
import { currentTraceparent, withSpan } from '@spectrawl/telemetry';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  cloudEvent,
  deadLetterTopic,
  openLedger,
  publishUnhandledAgain,
  type EventBus,
  type EventEnvelope,
  type Ledger,
} from '../index.ts';
import type { LedgerTables } from '../ledger-schema.ts';
import { Arrivals } from './arrivals.ts';

export interface LedgerHarness {
  database: DatabaseServer;
  /** Opens the bus anew on the same stored events. */
  openBus(): Promise<EventBus>;
}

interface Tables {
  shard: { id: string };
}

const MIGRATIONS = [{ name: '0001-shard.sql', sql: 'CREATE TABLE shard (id text NOT NULL)' }];
const AT_ONCE = { initialDelay: 1, maximumDelay: 4 };
const DAY = 24 * 3_600_000;

/** The specification of {@link Ledger}, on whatever database and bus it stands. */
export function describeLedgerContract(adapters: string, start: () => Promise<LedgerHarness>): void {
  describe(`on ${adapters} the ledger keeps its contract`, () => {
    let harness: LedgerHarness;
    let bus: EventBus;

    beforeAll(async () => {
      harness = await start();
      bus = await harness.openBus();
    });
    afterAll(() => bus.close());

    const openService = (): Promise<ServiceDatabase<Tables>> =>
      harness.database.forService<Tables>(`ledger_${randomUUID().replaceAll('-', '')}`, MIGRATIONS);
    const eventType = (): EventType<typeof StringValueSchema> =>
      defineEvent(`contract.${randomUUID()}.v1`, StringValueSchema, ({ value }) => value.split('/')[0] ?? '', 3);
    const text = (value: string): StringValue => create(StringValueSchema, { value });
    const shards = async ({ db }: ServiceDatabase<Tables>) =>
      (await db.selectFrom('shard').select('id').orderBy('id').execute()).map(({ id }) => id);
    const withLedger = async (
      use: (ledger: Ledger<Tables>, database: ServiceDatabase<Tables>) => Promise<void>,
      clock?: () => number,
    ) => {
      const database = await openService();
      const ledger = await openLedger({ database, bus, source: 'spectrawl/contract', ...(clock && { clock }) });
      try {
        await use(ledger, database);
      } finally {
        await ledger.close();
        await database.close();
      }
    };

    test('publishes what a transaction says when it commits', () =>
      withLedger(async (ledger, database) => {
        const type = eventType();
        const arrivals = new Arrivals<string>();
        await ledger.consume(type, async ({ value }) => arrivals.add(value));
        const id = await ledger.transaction(async (tx) => {
          await tx.db.insertInto('shard').values({ id: 'a' }).execute();
          return tx.publish(type, text('a'));
        });
        expect(await arrivals.count(1)).toEqual(['a']);
        expect(await shards(database)).toEqual(['a']);
        expect(id).toMatch(/^[0-9a-f-]{36}$/);
      }));

    test('publishes nothing of a transaction that is rolled back', () =>
      withLedger(async (ledger, database) => {
        const type = eventType();
        const arrivals = new Arrivals<string>();
        await ledger.consume(type, async ({ value }) => arrivals.add(value));
        const failing = ledger.transaction(async (tx) => {
          await tx.db.insertInto('shard').values({ id: 'a' }).execute();
          tx.publish(type, text('key/never'));
          throw new Error('changed its mind');
        });
        await expect(failing).rejects.toThrow('changed its mind');
        await ledger.transaction(async (tx) => tx.publish(type, text('key/after')));
        expect(await arrivals.count(1)).toEqual(['key/after']);
        expect(await shards(database)).toEqual([]);
      }));

    test('publishes, when opened again, what was committed before a crash', async () => {
      const database = await openService();
      const type = eventType();
      // The bus is gone when the transaction commits, and the process ends before it is back.
      const gone = await harness.openBus();
      await gone.close();
      const before = await openLedger({ database, bus: gone, source: 'spectrawl/contract' });
      for (const value of ['key/1', 'key/2', 'key/3']) {
        await before.transaction(async (tx) => tx.publish(type, text(value), { id: value }));
      }
      await before.close();

      const after = await openLedger({ database, bus, source: 'spectrawl/contract' });
      const arrivals = new Arrivals<string>();
      await after.consume(type, async (_message, { eventId }) => arrivals.add(eventId));
      expect(await arrivals.count(3)).toEqual(['key/1', 'key/2', 'key/3']);
      await after.close();
      await database.close();
    });

    test('keeps the order of a key over transactions, and publishes many events of one', () =>
      withLedger(async (ledger) => {
        const type = eventType();
        const arrivals = new Arrivals<string>();
        for (let i = 0; i < 20; i++) await ledger.transaction(async (tx) => tx.publish(type, text(`a/${i}`)));
        await ledger.transaction(async (tx) => {
          for (let i = 20; i < 2_020; i++) tx.publish(type, text(`a/${i}`));
        });
        await ledger.consume(type, async ({ value }) => arrivals.add(value));
        expect(await arrivals.count(2_020)).toEqual(Array.from({ length: 2_020 }, (_, i) => `a/${i}`));
      }));

    test('takes an event in once, however often it is published', () =>
      withLedger(async (ledger, database) => {
        const type = eventType();
        const arrivals = new Arrivals<boolean>();
        await ledger.consume(type, async ({ value }, { eventId }) => {
          const first = await ledger.transaction(async (tx) => {
            if (!(await tx.firstTime(eventId))) return false;
            await tx.db.insertInto('shard').values({ id: value }).execute();
            return true;
          });
          arrivals.add(first);
        });
        const event = cloudEvent(type, text('a'), { source: 'spectrawl/contract', time: 0 });
        for (let i = 0; i < 3; i++) await bus.publish([event]);
        expect(await arrivals.count(3)).toEqual([true, false, false]);
        expect(await shards(database)).toEqual(['a']);
      }));

    test('takes an event in once when the consumer fails after its commit', () =>
      withLedger(async (ledger, database) => {
        const type = eventType();
        const done = new Arrivals<number>();
        await ledger.consume(
          type,
          async ({ value }, { eventId, attempt }) => {
            await ledger.transaction(async (tx) => {
              if (await tx.firstTime(eventId)) await tx.db.insertInto('shard').values({ id: value }).execute();
            });
            if (attempt === 1) throw new Error('the connection broke');
            done.add(attempt);
          },
          { retry: AT_ONCE },
        );
        await ledger.transaction(async (tx) => tx.publish(type, text('a')));
        expect(await done.count(1)).toEqual([2]);
        expect(await shards(database)).toEqual(['a']);
      }));

    test('does not count an event as taken in when the transaction is rolled back', () =>
      withLedger(async (ledger) => {
        const failing = ledger.transaction(async (tx) => {
          expect(await tx.firstTime('event')).toBe(true);
          throw new Error('changed its mind');
        });
        await expect(failing).rejects.toThrow('changed its mind');
        expect(await ledger.transaction((tx) => tx.wasTakenIn('event'))).toBe(false);
        expect(await ledger.transaction((tx) => tx.firstTime('event'))).toBe(true);
        expect(await ledger.transaction((tx) => tx.wasTakenIn('event'))).toBe(true);
        expect(await ledger.transaction((tx) => tx.firstTime('event'))).toBe(false);
      }));

    test('forgets events after a month', async () => {
      const database = await openService();
      const source = 'spectrawl/contract';
      const first = await openLedger({ database, bus, source, clock: () => 0 });
      await first.transaction((tx) => tx.firstTime('event'));
      await first.close();
      for (const [days, forgotten] of [
        [29, false],
        [31, true],
      ] as const) {
        const later = await openLedger({ database, bus, source, clock: () => days * DAY });
        expect(await later.transaction((tx) => tx.firstTime('event'))).toBe(forgotten);
        await later.close();
      }
      await database.close();
    });

    test('remembers what it has published for longer than the bus, then forgets it', async () => {
      const database = await openService();
      const type = eventType();
      const source = 'spectrawl/contract';
      const first = await openLedger({ database, bus, source, clock: () => 0 });
      const arrivals = new Arrivals<string>();
      await first.consume(type, async ({ value }) => arrivals.add(value));
      await first.transaction(async (tx) => tx.publish(type, text('a')));
      await arrivals.count(1);
      await first.close();
      const kept = () => database.withTables<LedgerTables>().db.selectFrom('outbox').select('event_id').execute();
      for (const [days, count] of [
        [15, 1],
        [17, 0],
      ] as const) {
        await (await openLedger({ database, bus, source, clock: () => days * DAY })).close();
        expect(await kept(), `after ${days} days`).toHaveLength(count);
      }
      await database.close();
    });

    test('publishes again, for a bus that is empty, what some consumer has not taken in, and nothing else', async () => {
      const [writer, quick, slow] = [await openService(), await openService(), await openService()];
      const type = eventType();
      const said = new Arrivals<string>();
      const listening = await openLedger({ database: quick, bus, source: 'spectrawl/contract' });
      const subscription = await listening.consume(type, async (_, { eventId }) => said.add(eventId));
      const before = await openLedger({ database: writer, bus, source: 'spectrawl/contract' });
      const ids = ['known to both', 'known to one', 'known to none'].map((name) => `${name} ${randomUUID()}`);
      const [both, one, none] = ids as [string, string, string];
      for (const id of ids) await before.transaction(async (tx) => tx.publish(type, text('key/value'), { id }));
      await said.count(3);
      await before.close();
      const other = await openLedger({ database: slow, bus, source: 'spectrawl/contract', clock: () => 0 });
      for (const id of [both, one]) await other.transaction(({ firstTime }) => firstTime(id));
      await listening.transaction(({ firstTime }) => firstTime(both));

      const restored = Date.now();
      const ledgers = [
        { schema: writer.schema, produces: [type.topic], consumes: [] },
        ...[quick, slow].map(({ schema }) => ({ schema, produces: [], consumes: [type.topic] })),
      ];
      const again = await harness.database.acrossSchemas((tx) =>
        publishUnhandledAgain(tx, ledgers, new Date(restored)),
      );
      expect(again).toBe(2);
      const after = await openLedger({ database: writer, bus, source: 'spectrawl/contract' });
      expect((await said.count(5)).slice(3)).toEqual([one, none]);
      // What comes again is known as long as if it had come for the first time.
      const inbox = await slow.withTables<LedgerTables>().db.selectFrom('inbox').selectAll().execute();
      expect(new Map(inbox.map((row) => [row.event_id, row.handled_at.getTime()]))).toEqual(
        new Map([
          [both, 0],
          [one, restored],
        ]),
      );
      await subscription.stop();
      for (const ledger of [after, other, listening]) await ledger.close();
      for (const database of [writer, quick, slow]) await database.close();
    });

    test('sends bytes that are no such message to the dead-letter topic', () =>
      withLedger(async (ledger) => {
        const type = eventType();
        const values = new Arrivals<string>();
        await ledger.consume(type, async ({ value }) => values.add(value), { group: 'reader' });
        const good = cloudEvent(type, text('key/good'), { source: 'spectrawl/contract', time: 0 });
        await bus.publish([{ ...good, id: 'bad', value: Uint8Array.of(10, 200, 1) }, good]);
        expect(await values.count(1)).toEqual(['key/good']);
        const letters = new Arrivals<EventEnvelope>();
        const graveyard = await bus.subscribe(
          { group: randomUUID(), topics: [deadLetterTopic(type.topic, 'reader')] },
          async (one) => letters.add(one),
        );
        const [letter] = await letters.count(1);
        await graveyard.stop();
        expect(letter?.headers['dlq-reason']).toMatch(/event bad is no google\.protobuf\.StringValue/);
      }));

    test('says CloudEvents, in the trace of the transaction', () =>
      withLedger(
        async (ledger) => {
          const type = eventType();
          const envelopes = new Arrivals<EventEnvelope>();
          const consumed = new Arrivals<string | undefined>();
          await ledger.consume(type, async (_message, { traceparent }) => consumed.add(traceparent));
          const traceparent = await withSpan('start an iteration', {}, async () => {
            await ledger.transaction(async (tx) => tx.publish(type, text('a'), { id: 'event-1' }));
            return currentTraceparent();
          });
          const subscription = await bus.subscribe({ group: randomUUID(), topics: [type.topic] }, async (one) =>
            envelopes.add(one),
          );
          const [envelope] = await envelopes.count(1);
          await subscription.stop();
          expect(envelope).toMatchObject({ id: 'event-1', key: 'a', topic: type.topic });
          expect(envelope?.headers).toEqual({
            ce_specversion: '1.0',
            ce_id: 'event-1',
            ce_type: type.topic,
            ce_source: 'spectrawl/contract',
            ce_time: '2020-02-02T02:02:02.000Z',
            'content-type': 'application/protobuf',
            traceparent,
          });
          expect(await consumed.count(1)).toEqual([traceparent]);
        },
        () => Date.UTC(2020, 1, 2, 2, 2, 2),
      ));
  });
}
