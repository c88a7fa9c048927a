import { randomUUID } from 'node:crypto';
import { fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { EventType } from '@spectrawl/contracts';
import { jsonb, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import { logger, withTraceparent, type OpenSpan } from '@spectrawl/telemetry';
import { cloudEvent } from './cloud-event.ts';
import { creationSpan } from './creation-span.ts';
import { UnprocessableEventError } from './errors.ts';
import type { EventBus, EventEnvelope, Subscription } from './event-bus.ts';
import { aboutTopic, countPublished } from './event-metrics.ts';
import { LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS, type LedgerTables } from './ledger-schema.ts';
import { ledgerRetention, type LedgerRetention } from './ledger-retention.ts';
import type { ConsumeOptions, Ledger, LedgerOptions, LedgerTransaction, Outbox, ReceivedEvent } from './ledger.ts';
import { OutboxRelay } from './outbox-relay.ts';

const log = logger('event-bus');

/** milliseconds that the bus's clock may be behind this process's, at most */
const CLOCK_DIFFERENCE = 3_600_000;
/** milliseconds */
const PRUNE_INTERVAL = 3_600_000;
/** PostgreSQL allows 65,535 parameters a statement; an outbox row takes six. */
const EVENTS_PER_INSERT = 1_000;

/**
 * Opens a service's ledger: adds its tables to the service's schema, and publishes what an earlier run of the service committed
 * and could not publish any more.
 */
export async function openLedger<Tables>(options: LedgerOptions<Tables>): Promise<Ledger<Tables>> {
  await options.database.migrate(LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS);
  const ledger = new DatabaseLedger(options);
  await ledger.forgetOld();
  return ledger;
}

class DatabaseLedger<Tables> implements Ledger<Tables> {
  readonly #database: ServiceDatabase<Tables>;
  readonly #bus: EventBus;
  readonly #source: string;
  readonly #clock: () => number;
  readonly #retention: LedgerRetention;
  readonly #relay: OutboxRelay;
  readonly #subscriptions = new Set<Subscription>();
  readonly #forgetting: NodeJS.Timeout;

  constructor({ database, bus, source, clock = Date.now, retention }: LedgerOptions<Tables>) {
    this.#database = database;
    this.#bus = bus;
    this.#source = source;
    this.#clock = clock;
    this.#retention = ledgerRetention(bus.retention, retention);
    // The relay serves all traces, not the one of whoever opened the ledger.
    this.#relay = withTraceparent(undefined, () => new OutboxRelay(database.withTables<LedgerTables>(), bus, clock));
    this.#forgetting = setInterval(() => void this.forgetOld(), PRUNE_INTERVAL).unref();
  }

  async transaction<T>(fn: (tx: LedgerTransaction<Tables>) => Promise<T>): Promise<T> {
    let said: { event: EventEnvelope; partitions: number; span: OpenSpan }[] = [];
    const result = await this.#database.transaction(async (db) => {
      // Anew each time: the database may run a transaction again.
      said = [];
      const own = db as unknown as Transaction<LedgerTables>;
      const value = await fn({
        db,
        publish: (type, message, { id = randomUUID(), traceparent } = {}) => {
          const span = creationSpan(this.#bus.system, type.topic, id, traceparent);
          const about = { source: this.#source, time: this.#clock(), id, traceparent: span.traceparent };
          said.push({ event: cloudEvent(type, message, about), partitions: type.partitions, span });
          return id;
        },
        firstTime: async (eventId) => {
          const row = { event_id: eventId, handled_at: new Date(this.#clock()) };
          const { numInsertedOrUpdatedRows } = await own
            .insertInto('inbox')
            .values(row)
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow();
          return numInsertedOrUpdatedRows === 1n;
        },
        wasTakenIn: async (eventId) => {
          const row = await own
            .selectFrom('inbox')
            .select('event_id')
            .where('event_id', '=', eventId)
            .executeTakeFirst();
          return row !== undefined;
        },
      });
      for (let from = 0; from < said.length; from += EVENTS_PER_INSERT) {
        const rows = said.slice(from, from + EVENTS_PER_INSERT).map(({ event, partitions }) => ({
          event_id: event.id,
          topic: event.topic,
          partitions,
          key: event.key,
          value: event.value,
          headers: jsonb(event.headers),
        }));
        await own.insertInto('outbox').values(rows).execute();
      }
      return value;
    });
    // What a transaction has said that was rolled back was never said: its spans are not ended, and so not recorded.
    for (const { event, span } of said) {
      span.end();
      countPublished(aboutTopic(this.#bus.system, event.topic));
    }
    if (said.length > 0) this.#relay.wake();
    return result;
  }

  async consume<Desc extends DescMessage>(
    type: EventType<Desc>,
    handler: (message: MessageShape<Desc>, event: ReceivedEvent) => Promise<void>,
    { group = this.#database.schema, concurrency, retry }: ConsumeOptions = {},
  ): Promise<Subscription> {
    await this.#bus.ensureTopics([{ topic: type.topic, partitions: type.partitions }]);
    const subscription = await this.#bus.subscribe(
      {
        group,
        topics: [type.topic],
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(retry === undefined ? {} : { retry }),
      },
      (event, { attempt, signal }) =>
        handler(decode(type, event), { eventId: event.id, attempt, signal, traceparent: event.headers['traceparent'] }),
    );
    const tracked = {
      stop: async () => {
        this.#subscriptions.delete(tracked);
        await subscription.stop();
      },
    };
    this.#subscriptions.add(tracked);
    return tracked;
  }

  /** The bus may be away: then they are forgotten later. */
  async forgetOld(): Promise<void> {
    try {
      await this.#forget();
    } catch (error) {
      log.warn({ error, schema: this.#database.schema }, 'old events could not be forgotten');
    }
  }

  async #forget(): Promise<void> {
    const { db } = this.#database.withTables<LedgerTables>();
    const now = this.#clock();
    const handled = new Date(now - this.#retention.inbox);
    await db.deleteFrom('inbox').where('handled_at', '<', handled).execute();
    // What a group still has to handle stays here as long as the bus keeps it for the group.
    const oldest = (await this.#bus.oldestOwed())?.getTime() ?? Infinity;
    const published = new Date(Math.min(now - this.#retention.outbox, oldest - CLOCK_DIFFERENCE));
    await db.deleteFrom('outbox').where('published_at', '<', published).execute();
  }

  async outbox(): Promise<Outbox> {
    const { db } = this.#database.withTables<LedgerTables>();
    const waiting = db.selectFrom('outbox').where('published_at', 'is', null);
    const { events } = await waiting.select((of) => of.fn.countAll<number>().as('events')).executeTakeFirstOrThrow();
    const oldest = await waiting.select('headers').orderBy('position').limit(1).executeTakeFirst();
    const time = oldest?.headers['ce_time'];
    return { events, oldest: time === undefined ? undefined : new Date(time) };
  }

  async close(): Promise<void> {
    clearInterval(this.#forgetting);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.stop()));
    await this.#relay.stop();
  }
}

function decode<Desc extends DescMessage>(type: EventType<Desc>, event: EventEnvelope): MessageShape<Desc> {
  try {
    return fromBinary(type.schema, event.value);
  } catch (error) {
    throw new UnprocessableEventError(`event ${event.id} is no ${type.schema.typeName}`, { cause: error });
  }
}
