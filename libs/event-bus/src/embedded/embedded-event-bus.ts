import type { DatabaseServer } from '@spectrawl/database';
import { logger, withTraceparent } from '@spectrawl/telemetry';
import { EmbeddedLane } from './embedded-lane.ts';
import { EmbeddedLog, placeName, RETENTION, type Place } from './embedded-log.ts';
import { EMBEDDED_SYSTEM, EmbeddedMember } from './embedded-member.ts';
import { EVENT_BUS_MIGRATIONS, EVENT_BUS_SCHEMA, type EventBusTables } from './embedded-schema.ts';
import { EventBusClosedError } from '../errors.ts';
import type { EventBus, EventEnvelope, EventHandler, Subscription, SubscriptionRequest, Topic } from '../event-bus.ts';

const log = logger('event-bus');

/** milliseconds */
const PRUNE_INTERVAL = 3_600_000;

interface Group {
  members: EmbeddedMember[];
  lanes: Map<string, EmbeddedLane>;
}

/**
 * The bus of the one-process shape: a durable log in the process's own database, whose subscribers are woken by the publisher.
 * It assumes that no other process publishes to the same log, which the embedded database's lock ensures.
 */
export class EmbeddedEventBus implements EventBus {
  readonly system = EMBEDDED_SYSTEM;
  readonly retention = RETENTION;
  readonly #log: EmbeddedLog;
  readonly #clock: () => number;
  readonly #groups = new Map<string, Group>();
  readonly #prune: NodeJS.Timeout;
  #closed = false;

  private constructor(eventLog: EmbeddedLog, clock: () => number) {
    this.#log = eventLog;
    this.#clock = clock;
    this.#prune = setInterval(() => {
      eventLog.prune().catch((error: unknown) => log.warn({ error }, 'old events could not be forgotten'));
    }, PRUNE_INTERVAL).unref();
  }

  /** Opens the log in the database's schema `event_bus`. @param clock milliseconds since 1970 */
  static async open(database: DatabaseServer, clock: () => number = Date.now): Promise<EmbeddedEventBus> {
    const schema = await database.forService<EventBusTables>(EVENT_BUS_SCHEMA, EVENT_BUS_MIGRATIONS);
    const eventLog = new EmbeddedLog(schema, clock);
    await eventLog.load();
    await eventLog.prune();
    return new EmbeddedEventBus(eventLog, clock);
  }

  async publish(events: readonly EventEnvelope[]): Promise<void> {
    this.#assertOpen();
    if (events.length === 0) return;
    for (const place of await this.#log.append(events)) this.#wake(place);
  }

  async subscribe(request: SubscriptionRequest, handler: EventHandler): Promise<Subscription> {
    this.#assertOpen();
    for (const topic of request.topics) await this.#log.join(request.group, topic);
    this.#assertOpen();
    const group = this.#groups.get(request.group) ?? { members: [], lanes: new Map<string, EmbeddedLane>() };
    this.#groups.set(request.group, group);
    const member = new EmbeddedMember(this.#log, request, handler, this.#clock, (place) => this.#wake(place));
    for (const topic of member.topics) this.#addLanes(group, request.group, topic);
    group.members.push(member);
    // Deliveries belong to the traces of their events, not to the one of whoever subscribed.
    withTraceparent(undefined, () => assignPartitions(group));
    return { stop: () => this.#stop(group, member) };
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    this.#assertOpen();
    await this.#log.createTopics(topics);
  }

  async check(): Promise<void> {
    this.#assertOpen();
  }

  async lag(group: string, topic: string): Promise<number> {
    this.#assertOpen();
    return this.#log.lag(group, topic);
  }

  async oldestOwed(): Promise<Date | undefined> {
    this.#assertOpen();
    return this.#log.oldestOwed();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#prune);
    for (const group of this.#groups.values()) {
      await Promise.all(group.members.map((member) => this.#stop(group, member)));
      await Promise.all([...group.lanes.values()].map((lane) => lane.stopped()));
    }
    await this.#log.close();
  }

  async #stop(group: Group, member: EmbeddedMember): Promise<void> {
    group.members = group.members.filter((other) => other !== member);
    member.stop();
    withTraceparent(undefined, () => assignPartitions(group));
    await member.idle();
  }

  #addLanes(group: Group, name: string, topic: string): void {
    for (let partition = 0; partition < this.#log.partitionsOf(topic); partition++) {
      const place = { topic, partition };
      if (!group.lanes.has(placeName(place))) {
        group.lanes.set(placeName(place), new EmbeddedLane(this.#log, name, place));
      }
    }
  }

  #wake(place: Place): void {
    const name = placeName(place);
    for (const group of this.#groups.values()) group.lanes.get(name)?.wake();
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventBusClosedError();
  }
}

/** Deals the partitions of each topic out to the members that subscribe to it. */
function assignPartitions(group: Group): void {
  for (const lane of group.lanes.values()) {
    const { topic, partition } = lane.place;
    const members = group.members.filter((member) => member.topics.has(topic));
    lane.assign(members[partition % members.length]);
  }
}
