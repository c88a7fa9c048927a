import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import { Attempts } from '../attempts.ts';
import {
  DEAD_LETTER_RETENTION,
  type EventEnvelope,
  type EventHandler,
  type SubscriptionRequest,
} from '../event-bus.ts';
import { delayAfter, retryPolicy } from '../retry.ts';
import type { Claims } from './assigner.ts';
import type { PartitionsByTopic } from './deal-partitions.ts';
import type { KafkaAdmin } from './kafka-admin.ts';
import { KAFKA_SYSTEM } from './kafka-names.ts';
import { KafkaLane, type FetchedEvent, type LaneOwner } from './kafka-lane.ts';
import type { KafkaProducer } from './kafka-producer.ts';
import type { KafkaSession, SessionListener } from './kafka-session.ts';

const log = logger('event-bus');

/** A failed session is followed by another, for ever, at most ten seconds later. */
const SESSION_RETRY = retryPolicy({ attempts: Infinity, initialDelay: 200, maximumDelay: 10_000 });

/** milliseconds before progress that could not be recorded is recorded again */
const PAUSE_AFTER_FAILED_COMMIT = 200;

/** Milliseconds that leaving may take when the brokers do not answer; what is not recorded then is delivered again. */
const LEAVING = 10_000;

interface Place {
  topic: string;
  partition: number;
}

export interface MemberOptions {
  request: SubscriptionRequest;
  handler: EventHandler;
  admin: KafkaAdmin;
  producer: KafkaProducer;
  /** Makes the consumer of one life; the last one may have failed. */
  openSession: (listener: SessionListener) => KafkaSession;
  /** milliseconds since 1970 */
  clock: () => number;
}

/**
 * One subscription as a member of its group. It outlives the kafkajs consumers that fetch for it: handlers work on while a
 * consumer fails and another one joins the group in its place.
 */
export class KafkaMember implements SessionListener, LaneOwner {
  readonly #group: string;
  readonly #admin: KafkaAdmin;
  readonly #producer: KafkaProducer;
  readonly #openSession: MemberOptions['openSession'];
  readonly #attempts: Attempts;
  readonly #lanes = new Map<string, KafkaLane>();
  /** Lanes that are lost, until their handlers have let go: no other one of the same partition starts before. */
  readonly #leaving = new Map<string, Promise<void>>();
  /** Lanes that were at work when the member fell out of the group: another member may have had their partitions since. */
  readonly #unverified = new Set<string>();
  /** Lanes whose partitions this member is to give when it has finished the events in hand. */
  readonly #parting = new Set<string>();
  readonly #stop = new AbortController();
  /** Aborted when the brokers had their time to answer a member that leaves. */
  readonly #gone = new AbortController();
  #session: KafkaSession | undefined;
  #running: Promise<void> | undefined;
  #committing: Promise<void> | undefined;
  #memberId = '';
  #isInGroup = false;
  /** Counts how often the partitions were dealt: what was begun for an earlier deal is void. */
  #deal = 0;
  /** Resolves when the member knows its partitions. */
  #dealt = Promise.withResolvers<void>();

  constructor({ request, handler, admin, producer, openSession, clock }: MemberOptions) {
    this.#group = request.group;
    this.#admin = admin;
    this.#producer = producer;
    this.#openSession = openSession;
    this.#attempts = new Attempts(request, handler, clock, KAFKA_SYSTEM);
  }

  /** Whether the member is in its group, and fetches. */
  get isInGroup(): boolean {
    return this.#isInGroup;
  }

  get group(): string {
    return this.#group;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Hands back or finishes the events in hand, records what is handled, and leaves the group. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const lane of this.#lanes.values()) lane.stop();
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
    await Promise.all(this.#leaving.values());
    const leave = async (): Promise<void> => {
      await this.#committing;
      await this.#session?.end();
      await this.#running;
    };
    const patience = delay(LEAVING, 'no answer', { signal: this.#gone.signal }).catch(() => undefined);
    const answer = await Promise.race([leave(), patience]);
    this.#gone.abort();
    if (answer === undefined) return;
    log.warn({ group: this.#group }, 'the brokers did not answer a member that leaves its group');
    void this.#session?.end();
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stop.signal.aborted;) {
      const memberId = this.#memberId;
      const session = this.#openSession(this);
      this.#session = session;
      try {
        await session.run();
      } catch (error) {
        this.#isInGroup = false;
        this.#suspend();
        failures = this.#memberId === memberId ? failures + 1 : 1;
        log.warn({ error, group: this.#group, failures }, 'the connection to the group failed and will be made again');
        await session.end();
        await delay(delayAfter(SESSION_RETRY, failures), undefined, { signal: this.#stop.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  claims(): Claims {
    this.#suspend();
    const holding = new Map<string, number[]>();
    for (const [name, lane] of this.#lanes) {
      if (lane.held) holding.set(lane.topic, [...(holding.get(lane.topic) ?? []), lane.partition]);
      else this.#lose(name, lane);
    }
    return { memberId: this.#memberId, holding };
  }

  joined(session: KafkaSession, memberId: string, assignment: PartitionsByTopic): void {
    this.#isInGroup = true;
    const deal = ++this.#deal;
    const continuous = memberId === this.#memberId;
    this.#memberId = memberId;
    this.#parting.clear();
    if (!continuous) for (const name of this.#lanes.keys()) this.#unverified.add(name);
    const places = new Map<string, Place>();
    for (const [topic, partitions] of assignment) {
      for (const partition of partitions) places.set(nameOf({ topic, partition }), { topic, partition });
    }
    for (const [name, lane] of this.#lanes) {
      const verified = !this.#unverified.has(name);
      if (!places.has(name)) {
        // Where nobody was dealt it, it is this member's to finish, and then to give.
        if (verified) this.#parting.add(name);
        else this.#lose(name, lane);
      } else if (verified) {
        places.delete(name);
        lane.thaw();
      }
    }
    this.#dealt.resolve();
    this.onIdle();
    session.pause([...places.values()]);
    void this.#open(session, deal, [...places.values()]);
  }

  fetched(session: KafkaSession, place: Place, events: FetchedEvent[]): number | undefined {
    const lane = this.#lanes.get(nameOf(place));
    const last = events.at(-1);
    if (lane === undefined || last === undefined) return undefined;
    if (!lane.accept(events)) {
      session.seek({ ...place, offset: lane.expected });
      return undefined;
    }
    if (lane.full) session.pause([place]);
    return last.offset;
  }

  onProgress(): void {
    this.#committing ??= this.#commit().finally(() => {
      this.#committing = undefined;
      // Something may have been handled since the last look.
      if (this.#behind().length > 0 && !this.#gone.signal.aborted) this.onProgress();
    });
  }

  onRoom(lane: KafkaLane): void {
    this.#session?.resume([lane]);
  }

  onIdle(): void {
    for (const name of this.#parting) {
      const lane = this.#lanes.get(name);
      if (lane?.held) continue;
      if (lane) this.#lose(name, lane);
      this.#session?.dealAgain();
    }
  }

  async bury(letter: EventEnvelope): Promise<void> {
    await this.#admin.ensureTopics([{ topic: letter.topic, partitions: 1 }], DEAD_LETTER_RETENTION);
    await this.#producer.publish([letter]);
  }

  /** Starts nothing new until the partitions are dealt. */
  #suspend(): void {
    this.#deal++;
    this.#dealt.resolve();
    this.#dealt = Promise.withResolvers<void>();
    for (const lane of this.#lanes.values()) lane.freeze();
  }

  #lose(name: string, lane: KafkaLane): void {
    this.#lanes.delete(name);
    this.#unverified.delete(name);
    this.#parting.delete(name);
    lane.lose();
    const gone = lane.idle().finally(() => {
      if (this.#leaving.get(name) === gone) this.#leaving.delete(name);
    });
    this.#leaving.set(name, gone);
  }

  /** Starts on partitions that are new to this member where its group has come to. */
  async #open(session: KafkaSession, deal: number, places: readonly Place[]): Promise<void> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    for (let attempt = 1; deal === this.#deal && !this.#stop.signal.aborted; attempt++) {
      try {
        const offsets = await Promise.all(
          topics.map(async (topic) => [topic, await this.#admin.nextOffsets(this.#group, topic)] as const),
        );
        if (deal !== this.#deal || this.#stop.signal.aborted) return;
        for (const [topic, next] of offsets) {
          for (const place of places) {
            if (place.topic === topic) this.#openLane(session, place, next.get(place.partition) ?? 0);
          }
        }
        session.resume(places);
        this.onProgress();
        return;
      } catch (error) {
        log.warn(
          { error, group: this.#group, topics },
          'how far the group has come could not be read and will be again',
        );
        await delay(delayAfter(SESSION_RETRY, attempt), undefined, { signal: this.#stop.signal }).catch(
          () => undefined,
        );
      }
    }
  }

  #openLane(session: KafkaSession, place: Place, next: number): void {
    const name = nameOf(place);
    const kept = this.#lanes.get(name);
    if (kept && next <= kept.done) {
      // Nobody has finished the event in hand while this member was away, and nobody else is at it now.
      this.#unverified.delete(name);
      kept.record(next);
      kept.thaw();
      return;
    }
    if (kept) this.#lose(name, kept);
    this.#lanes.set(name, new KafkaLane(place, next, this.#attempts, this, this.#leaving.get(name)));
    session.seek({ ...place, offset: next });
  }

  #behind(): KafkaLane[] {
    return [...this.#lanes]
      .filter(([name, lane]) => lane.behind && !this.#unverified.has(name))
      .map(([, lane]) => lane);
  }

  /** Records what is handled, in one request for whatever has come together while the last one was under way. */
  async #commit(): Promise<void> {
    while (!this.#gone.signal.aborted) {
      const lanes = this.#behind();
      if (lanes.length === 0) return;
      const deal = this.#deal;
      try {
        // While partitions are dealt, progress is refused.
        await this.#dealt.promise;
        const offsets = lanes.map((lane) => ({ topic: lane.topic, partition: lane.partition, offset: lane.done }));
        await this.#session?.commit(offsets);
        lanes.forEach((lane, i) => lane.record(offsets[i]?.offset ?? 0));
        this.onIdle();
      } catch (error) {
        if (deal === this.#deal)
          log.warn({ error, group: this.#group }, 'progress could not be recorded and will be again');
        await delay(PAUSE_AFTER_FAILED_COMMIT, undefined, { signal: this.#gone.signal }).catch(() => undefined);
      }
    }
  }
}

/** A place as a map's key. Topic names hold no slash. */
function nameOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
