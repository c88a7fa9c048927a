import { jsonb, sql, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import type { EventBusTables } from './embedded-schema.ts';
import { UnknownTopicError } from '../errors.ts';
import { DEAD_LETTER_RETENTION, type EventEnvelope, type Topic } from '../event-bus.ts';
import { partitionOf } from '../partition-of.ts';

/** An event at its place in the log. */
export interface LoggedEvent extends EventEnvelope {
  position: number;
}

/** One partition of one topic. */
export interface Place {
  topic: string;
  partition: number;
}

/** PostgreSQL allows 65,535 parameters a statement; an event takes eight. */
const EVENTS_PER_INSERT = 1_000;

/** Events are kept this long (milliseconds), and longer while a group has not handled them. Kafka's default is the same week. */
export const RETENTION = 7 * 24 * 3_600_000;

/** The durable log of the embedded bus: events by topic, partition and position, and how far each group has come. */
export class EmbeddedLog {
  readonly #database: ServiceDatabase<EventBusTables>;
  /** Partitions by topic; only grows. */
  readonly #partitions = new Map<string, number>();
  readonly #clock: () => number;

  constructor(database: ServiceDatabase<EventBusTables>, clock: () => number) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Reads which topics there are. */
  async load(): Promise<void> {
    const rows = await this.#database.db
      .selectFrom('partition')
      .select(['topic', (of) => of.fn.countAll<number>().as('partitions')])
      .groupBy('topic')
      .execute();
    for (const { topic, partitions } of rows) this.#partitions.set(topic, partitions);
  }

  async createTopics(topics: readonly Topic[]): Promise<void> {
    const missing = topics.filter(({ topic }) => !this.#partitions.has(topic));
    if (missing.length === 0) return;
    await this.#database.transaction((tx) => createPartitions(tx, missing));
    await this.load();
  }

  /** The number of partitions of a topic. @throws {UnknownTopicError} */
  partitionsOf(topic: string): number {
    const partitions = this.#partitions.get(topic);
    if (partitions === undefined) throw new UnknownTopicError(topic);
    return partitions;
  }

  /** Appends the events, all or none. @returns the partitions that they went to */
  async append(events: readonly EventEnvelope[]): Promise<Place[]> {
    const byPlace = Map.groupBy(events, (event) =>
      placeName({ topic: event.topic, partition: partitionOf(event.key, this.partitionsOf(event.topic)) }),
    );
    await this.#database.transaction(async (tx) => {
      for (const [name, ofPlace] of byPlace) await this.#appendTo(tx, parsePlaceName(name), ofPlace);
    });
    return [...byPlace.keys()].map(parsePlaceName);
  }

  async #appendTo(tx: Transaction<EventBusTables>, place: Place, events: readonly EventEnvelope[]): Promise<void> {
    const { next_position: end } = await tx
      .updateTable('partition')
      .set((of) => ({ next_position: of('next_position', '+', events.length) }))
      .where('topic', '=', place.topic)
      .where('partition', '=', place.partition)
      .returning('next_position')
      .executeTakeFirstOrThrow();
    const first = end - events.length;
    const published_at = new Date(this.#clock());
    for (let from = 0; from < events.length; from += EVENTS_PER_INSERT) {
      const rows = events.slice(from, from + EVENTS_PER_INSERT).map(({ id, key, value, headers }, i) => ({
        ...place,
        position: first + from + i,
        id,
        key,
        value,
        headers: jsonb(headers),
        published_at,
      }));
      await tx.insertInto('event').values(rows).execute();
    }
  }

  /** Makes a group known, so that nothing is forgotten before it has handled it. It starts at the oldest event kept. */
  async join(group: string, topic: string): Promise<void> {
    const rows = Array.from({ length: this.partitionsOf(topic) }, (_, partition) => ({
      consumer_group: group,
      topic,
      partition,
      next_position: 0,
    }));
    await this.#database.db
      .insertInto('progress')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Reads the next events that the group has not handled, `limit` at most, oldest first. */
  read(group: string, place: Place, limit: number): Promise<LoggedEvent[]> {
    return this.#database.db
      .selectFrom('event')
      .select(['topic', 'position', 'id', 'key', 'value', 'headers'])
      .where('topic', '=', place.topic)
      .where('partition', '=', place.partition)
      .where('position', '>=', (of) =>
        of
          .selectFrom('progress')
          .select('next_position')
          .where('consumer_group', '=', group)
          .where('topic', '=', place.topic)
          .where('partition', '=', place.partition),
      )
      .orderBy('position')
      .limit(limit)
      .execute();
  }

  /** Records that the group has handled everything up to and with this position. */
  async commit(group: string, place: Place, position: number): Promise<void> {
    await recordProgress(this.#database.db, group, place, position);
  }

  /** Moves an event that the group can't handle to its dead-letter topic. @returns where it went */
  async bury(group: string, place: Place, position: number, letter: EventEnvelope): Promise<Place> {
    await this.createTopics([{ topic: letter.topic, partitions: 1 }]);
    const grave = { topic: letter.topic, partition: partitionOf(letter.key, this.partitionsOf(letter.topic)) };
    await this.#database.transaction(async (tx) => {
      await this.#appendTo(tx, grave, [letter]);
      await recordProgress(tx, group, place, position);
    });
    return grave;
  }

  /** How many events of the topic the group has not handled. */
  async lag(group: string, topic: string): Promise<number> {
    this.partitionsOf(topic);
    const { lag } = await this.#database.db
      .selectFrom('event')
      .leftJoin('progress', (join) =>
        join
          .onRef('progress.topic', '=', 'event.topic')
          .onRef('progress.partition', '=', 'event.partition')
          .on('progress.consumer_group', '=', group),
      )
      .select((of) => of.fn.countAll<number>().as('lag'))
      .where('event.topic', '=', topic)
      .where((of) =>
        of.or([of('progress.next_position', 'is', null), of('event.position', '>=', of.ref('progress.next_position'))]),
      )
      .executeTakeFirstOrThrow();
    return lag;
  }

  /** When the oldest event was published that a group has still to handle. */
  async oldestOwed(): Promise<Date | undefined> {
    const row = await this.#database.db
      .selectFrom('event')
      .innerJoin('progress', (join) =>
        join
          .onRef('progress.topic', '=', 'event.topic')
          .onRef('progress.partition', '=', 'event.partition')
          .onRef('progress.next_position', '<=', 'event.position'),
      )
      .select((of) => of.fn.min<Date | null>('event.published_at').as('published_at'))
      .executeTakeFirstOrThrow();
    return row.published_at ?? undefined;
  }

  /** Forgets events past the retention that every group of their topic has handled, and dead letters past theirs. */
  async prune(): Promise<void> {
    const oldest = new Date(this.#clock() - RETENTION);
    const oldestLetter = new Date(this.#clock() - DEAD_LETTER_RETENTION);
    await sql`DELETE FROM event WHERE published_at < ${oldest} AND topic NOT LIKE '%.dlq' AND NOT EXISTS (
      SELECT FROM progress
      WHERE progress.topic = event.topic AND progress.partition = event.partition AND next_position <= position
    )`.execute(this.#database.db);
    await sql`DELETE FROM event WHERE published_at < ${oldestLetter} AND topic LIKE '%.dlq'`.execute(this.#database.db);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

async function createPartitions(tx: Transaction<EventBusTables>, topics: readonly Topic[]): Promise<void> {
  for (const { topic, partitions } of topics) {
    const existing = await tx.selectFrom('partition').select('partition').where('topic', '=', topic).execute();
    if (existing.length > 0) continue;
    const rows = Array.from({ length: partitions }, (_, partition) => ({ topic, partition, next_position: 0 }));
    await tx.insertInto('partition').values(rows).execute();
  }
}

async function recordProgress(
  db: Pick<Transaction<EventBusTables>, 'updateTable'>,
  group: string,
  place: Place,
  position: number,
): Promise<void> {
  await db
    .updateTable('progress')
    .set({ next_position: position + 1 })
    .where('consumer_group', '=', group)
    .where('topic', '=', place.topic)
    .where('partition', '=', place.partition)
    .execute();
}

/** A place as a map's key. Topic names hold no slash. */
export function placeName({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}

function parsePlaceName(name: string): Place {
  const slash = name.lastIndexOf('/');
  return { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)) };
}
