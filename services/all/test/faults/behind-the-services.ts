import { randomUUID } from 'node:crypto';
import { fromBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { EventType } from '@spectrawl/contracts';
import { openDatabase, sql, type DatabaseConfig, type DatabaseServer } from '@spectrawl/database';
import {
  deadLetterTopic,
  openEventBus,
  UnknownTopicError,
  type EventBus,
  type EventBusConfig,
  type EventEnvelope,
} from '@spectrawl/event-bus';
import { Arrivals, type Deployment } from '@spectrawl/testing';
import { allServices } from '../../src/service.ts';

/** Who hears what, and so whose dead letters there could be. */
const CONSUMPTIONS = allServices.flatMap(({ name, consumes }) =>
  consumes.map(({ event }) => ({ group: name, topic: event.topic })),
);
const TOPICS = [
  ...new Map(allServices.flatMap(({ produces }) => produces.map((event) => [event.topic, event] as const))).values(),
];

/** A look at what lies between and behind the services of a deployment: their events, and the ledgers in their databases. */
export class BehindTheServices {
  /** Every event that was published, as often as it was. */
  readonly events = new Arrivals<EventEnvelope>();
  readonly bus: EventBus;
  readonly #database: DatabaseServer;

  private constructor(database: DatabaseServer, bus: EventBus) {
    this.#database = database;
    this.bus = bus;
  }

  static async look({ sections }: Deployment): Promise<BehindTheServices> {
    const database = await openDatabase(sections.database as DatabaseConfig);
    const bus = await openEventBus(sections.eventBus as EventBusConfig, { database });
    const behind = new BehindTheServices(database, bus);
    await bus.ensureTopics(TOPICS);
    await bus.subscribe({ group: `test-${randomUUID()}`, topics: TOPICS.map(({ topic }) => topic) }, (event) => {
      behind.events.add(event);
      return Promise.resolve();
    });
    return behind;
  }

  /** Resolves with the first event of a type that says what is asked for, be it one of the past. */
  async heard<Desc extends DescMessage>(
    { topic, schema }: EventType<Desc>,
    is: (message: MessageShape<Desc>) => boolean,
  ): Promise<MessageShape<Desc>> {
    const { value } = await this.events.first((event) => event.topic === topic && is(fromBinary(schema, event.value)));
    return fromBinary(schema, value);
  }

  /** Resolves when another event has been published. */
  async next(): Promise<void> {
    const before = this.events.all.length;
    await this.events.until((all) => all.length > before);
  }

  /** Publishes events as they are, past all ledgers. */
  async publish(events: readonly EventEnvelope[]): Promise<void> {
    await this.bus.publish(events);
  }

  /** Events that are committed and not published, in all ledgers. */
  async unpublished(): Promise<number> {
    const counts = await Promise.all(
      allServices.map(async ({ name, migrations }) => {
        if (!migrations) return 0;
        const { db } = await this.#database.forService(name, migrations);
        const { rows } = await sql<{
          count: number;
        }>`SELECT count(*)::int4 AS count FROM outbox WHERE published_at IS NULL`.execute(db);
        return rows[0]?.count ?? 0;
      }),
    );
    return sum(counts);
  }

  /** Events that are published and not yet handled, by all that hear them. */
  async unhandled(): Promise<number> {
    return sum(await Promise.all(CONSUMPTIONS.map(({ group, topic }) => this.bus.lag(group, topic))));
  }

  /** Events that were given up. */
  async deadLetters(): Promise<number> {
    const nobody = `test-${randomUUID()}`;
    const counts = CONSUMPTIONS.map(async ({ group, topic }) => {
      try {
        // Nobody has handled any of them: the lag is all that there are.
        return await this.bus.lag(nobody, deadLetterTopic(topic, group));
      } catch (error) {
        if (error instanceof UnknownTopicError) return 0;
        throw error;
      }
    });
    return sum(await Promise.all(counts));
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.#database.close();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
