import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { PartitionsByTopic } from './deal-partitions.ts';
import { holdingAssigner, type Claims } from './assigner.ts';
import { fromMessage, type StoredMessage } from './kafka-message.ts';
import type { FetchedEvent } from './kafka-lane.ts';
import type { KafkaNames } from './kafka-names.ts';

/** Names of topics in here are those without the prefix. */
export interface SessionListener {
  /** The group is about to deal out its partitions: nothing new may be started until {@link joined}. */
  claims(): Claims;
  /** The member has been dealt its partitions. */
  joined(session: KafkaSession, memberId: string, assignment: PartitionsByTopic): void;
  /**
   * Offers events.
   * @returns how far they were taken: the offset of the last one, or undefined where they are to be fetched again
   */
  fetched(
    session: KafkaSession,
    place: { topic: string; partition: number },
    events: FetchedEvent[],
  ): number | undefined;
}

export interface SessionOptions {
  group: string;
  topics: readonly string[];
  /** milliseconds */
  sessionTimeout: number;
}

/** Milliseconds for which a fetch waits for events. Also how long a session takes to notice that it is to end. */
const FETCH_WAIT = 250;
/** Bytes fetched at once: a few hundred events of a partition, and in all what bounds a member's memory. */
const FETCH_BYTES_PER_PARTITION = 128 * 1024;
const FETCH_BYTES = 4 * 1024 * 1024;

/** Heartbeats in the time after which a silent member counts as dead; they also tell when others join or leave. */
const HEARTBEATS_PER_SESSION = 20;
const LONGEST_HEARTBEAT_INTERVAL = 1_000;

/**
 * Milliseconds for which the group waits for members to join again when it deals the partitions out. Members answer between two
 * fetches, whatever their handlers do.
 */
const REBALANCE_TIMEOUT = 30_000;

/** What kafkajs takes for the brokers' word that the group deals out its partitions again. */
class DealAgain extends Error {
  override readonly name = 'DealAgain';
  readonly type = 'REBALANCE_IN_PROGRESS';
}

/**
 * One life of a kafkajs consumer, from its start to its end or its failure.
 *
 * kafkajs fetches from a broker only after its batches have been handled, and tells the group that it is alive only between
 * fetches. So batches are taken over at once, by {@link KafkaLane}s, and the consumer goes on fetching and beating while their
 * handlers work for as long as they like. Offsets are recorded by {@link commit} alone.
 */
export class KafkaSession {
  readonly #consumer: Consumer;
  readonly #names: KafkaNames;
  readonly #topics: readonly string[];
  readonly #listener: SessionListener;
  readonly #ended = Promise.withResolvers<void>();
  #started: Promise<void> | undefined;
  #dealAgain = false;
  /** How often the group has taken note of offsets. */
  #commits = 0;

  constructor(
    client: Kafka,
    names: KafkaNames,
    { group, topics, sessionTimeout }: SessionOptions,
    listener: SessionListener,
    partitionsOf: (topics: readonly string[]) => Promise<PartitionsByTopic>,
  ) {
    this.#names = names;
    this.#topics = topics;
    this.#listener = listener;
    const onBroker = (partitions: PartitionsByTopic): PartitionsByTopic =>
      new Map([...partitions].map(([topic, numbers]) => [names.onBroker(topic), numbers]));
    this.#consumer = client.consumer({
      groupId: names.onBroker(group),
      sessionTimeout,
      rebalanceTimeout: REBALANCE_TIMEOUT,
      heartbeatInterval: Math.min(LONGEST_HEARTBEAT_INTERVAL, Math.ceil(sessionTimeout / HEARTBEATS_PER_SESSION)),
      maxWaitTimeInMs: FETCH_WAIT,
      maxBytesPerPartition: FETCH_BYTES_PER_PARTITION,
      maxBytes: FETCH_BYTES,
      allowAutoTopicCreation: false,
      // A member that has failed is started anew by its owner: kafkajs gives up for good on errors that it does not know.
      retry: { restartOnFailure: () => Promise.resolve(false) },
      partitionAssigners: [
        holdingAssigner(
          () => {
            const { memberId, holding } = listener.claims();
            return { memberId, holding: onBroker(holding) };
          },
          async (asked) => onBroker(await partitionsOf(asked.map((topic) => names.ofTopic(topic)))),
        ),
      ],
    });
    const { COMMIT_OFFSETS, CRASH, GROUP_JOIN, FETCH_START } = this.#consumer.events;
    this.#consumer.on(COMMIT_OFFSETS, () => void (this.#commits += 1));
    this.#consumer.on(CRASH, ({ payload }) => this.#ended.reject(payload.error));
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      const assignment = Object.entries(memberAssignment).map(
        ([topic, numbers]) => [names.ofTopic(topic), numbers] as const,
      );
      listener.joined(this, memberId, new Map(assignment));
    });
    this.#consumer.on(FETCH_START, () => {
      if (!this.#dealAgain) return;
      this.#dealAgain = false;
      // kafkajs has no call for it; this is thrown into its loop, which joins the group again as after a failed heartbeat.
      throw new DealAgain('this member has partitions to give');
    });
  }

  /** Resolves when the session was ended. @throws when the consumer has failed and is no use any more */
  async run(): Promise<void> {
    this.#started = this.#start();
    this.#started.catch((error: unknown) => this.#ended.reject(error));
    await this.#ended.promise;
  }

  async #start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({
      topics: this.#topics.map((topic) => this.#names.onBroker(topic)),
      fromBeginning: true,
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  // Not a step of it is asynchronous: between two of them the group might take the partition away.
  #take({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const place = { topic: this.#names.ofTopic(batch.topic), partition: batch.partition };
    const events = batch.messages.map((message) => ({
      event: fromMessage(place.topic, place.partition, message as StoredMessage),
      offset: Number(message.offset),
    }));
    const taken = this.#listener.fetched(this, place, events);
    if (taken !== undefined) resolveOffset(String(taken));
    return Promise.resolve();
  }

  /** Tells the group how far its events are handled: all before the offset. @throws when the group has not taken note */
  async commit(offsets: readonly { topic: string; partition: number; offset: number }[]): Promise<void> {
    const commits = this.#commits;
    await this.#consumer.commitOffsets(
      offsets.map(({ topic, partition, offset }) => ({
        topic: this.#names.onBroker(topic),
        partition,
        offset: String(offset),
      })),
    );
    // kafkajs drops the offsets, and reports success, when the consumer fails meanwhile or has failed before.
    if (this.#commits === commits)
      throw new Error('the consumer has failed before the group took note of its progress');
  }

  pause(places: readonly { topic: string; partition: number }[]): void {
    this.#consumer.pause(this.#byTopic(places));
  }

  resume(places: readonly { topic: string; partition: number }[]): void {
    this.#consumer.resume(this.#byTopic(places));
  }

  /** Fetches the partition from this offset on. */
  seek({ topic, partition, offset }: { topic: string; partition: number; offset: number }): void {
    this.#consumer.seek({ topic: this.#names.onBroker(topic), partition, offset: String(offset) });
  }

  /** Asks the group to deal out its partitions again. */
  dealAgain(): void {
    this.#dealAgain = true;
  }

  /** Leaves the group and lets go of the connection. */
  async end(): Promise<void> {
    // A consumer that is stopped while it joins would stay behind in the group as a ghost.
    await this.#started?.catch(() => undefined);
    await this.#consumer.disconnect().catch(() => undefined);
    this.#ended.resolve();
  }

  #byTopic(places: readonly { topic: string; partition: number }[]): { topic: string; partitions: number[] }[] {
    return [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic: this.#names.onBroker(topic),
      partitions: ofTopic.map(({ partition }) => partition),
    }));
  }
}
