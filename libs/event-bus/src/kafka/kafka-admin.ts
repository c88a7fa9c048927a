import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { UnknownTopicError } from '../errors.ts';
import type { Topic } from '../event-bus.ts';
import { delayAfter, retryPolicy } from '../retry.ts';
import type { PartitionsByTopic } from './deal-partitions.ts';
import { DEFAULT_RETENTION, type KafkaConfig } from './kafka-config.ts';
import type { KafkaNames } from './kafka-names.ts';

/** A call is tried again for about ten seconds: the restart of a broker passes unnoticed. */
const RETRY = retryPolicy({ attempts: 6, initialDelay: 300, maximumDelay: 4_000 });

/** New topics reach every broker soon (milliseconds between looks, and looks at most). */
const CREATION_POLL = 50;
const CREATION_POLLS = 400;

/** milliseconds until a segment is closed, at most */
const SEGMENT = 24 * 3_600_000;

/** How the brokers word what is no fault of theirs, so that asking again is no use. */
const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';
const FINAL = [UNKNOWN_TOPIC, 'INVALID_REPLICATION_FACTOR', 'INVALID_TOPIC_EXCEPTION', 'POLICY_VIOLATION'];

/** What the cluster knows of topics, partitions and how far groups have come. Names are those without the prefix. */
export class KafkaAdmin {
  readonly #client: Kafka;
  readonly #names: KafkaNames;
  readonly #settings: Omit<ITopicConfig, 'topic' | 'numPartitions'>;
  /** Topics that are known to exist. */
  readonly #known = new Set<string>();
  #admin: Promise<Admin> | undefined;
  #closed = false;

  constructor(client: Kafka, names: KafkaNames, { replicationFactor, retention = DEFAULT_RETENTION }: KafkaConfig) {
    this.#client = client;
    this.#names = names;
    this.#settings = {
      ...(replicationFactor !== undefined && { replicationFactor }),
      configEntries: [
        { name: 'retention.ms', value: String(retention) },
        // Events are forgotten by segments, and of a quiet topic only those that are closed.
        { name: 'segment.ms', value: String(Math.min(retention, SEGMENT)) },
        // Brokers refuse times of producers whose clocks are ahead, and forget early what clocks that are behind have dated.
        { name: 'message.timestamp.type', value: 'LogAppendTime' },
        // An event is durable once so many copies of it are; one broker may be away meanwhile.
        ...(replicationFactor !== undefined
          ? [{ name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) }]
          : []),
      ],
    };
  }

  /** Creates the topics that are missing. @param retention milliseconds, where it is another than the configured */
  async ensureTopics(topics: readonly Topic[], retention?: number): Promise<void> {
    const unknown = topics.filter(({ topic }) => !this.#known.has(topic));
    const existing = await this.partitionsOf(unknown.map(({ topic }) => topic));
    const missing = new Map(unknown.filter(({ topic }) => !existing.has(topic)).map((topic) => [topic.topic, topic]));
    if (missing.size > 0) {
      const settings = { ...this.#settings };
      if (retention !== undefined) {
        const others = this.#settings.configEntries?.filter(({ name }) => name !== 'retention.ms') ?? [];
        settings.configEntries = [...others, { name: 'retention.ms', value: String(retention) }];
      }
      const requests = [...missing.values()].map(({ topic, partitions }) => ({
        ...settings,
        topic: this.#names.onBroker(topic),
        numPartitions: partitions,
      }));
      // It may be that another process has created them meanwhile, which counts as done.
      await this.#ask((admin) => admin.createTopics({ topics: requests, waitForLeaders: false }));
      await this.#untilKnown([...missing.keys()]);
    }
    for (const { topic } of unknown) this.#known.add(topic);
  }

  /** @throws {UnknownTopicError} */
  async assertTopics(topics: readonly string[]): Promise<void> {
    const unknown = topics.filter((topic) => !this.#known.has(topic));
    const existing = await this.partitionsOf(unknown);
    for (const topic of unknown) {
      if (!existing.has(topic)) throw new UnknownTopicError(topic);
      this.#known.add(topic);
    }
  }

  /** The partitions of those topics that exist. */
  async partitionsOf(topics: readonly string[]): Promise<PartitionsByTopic> {
    const found = await Promise.all(
      [...new Set(topics)].map(async (topic) => {
        try {
          const { topics: described } = await this.#ask((admin) =>
            admin.fetchTopicMetadata({ topics: [this.#names.onBroker(topic)] }),
          );
          return [topic, described.flatMap(({ partitions }) => partitions.map((one) => one.partitionId))] as const;
        } catch (error) {
          if (errorType(error) === UNKNOWN_TOPIC) return undefined;
          throw error;
        }
      }),
    );
    return new Map(found.filter((entry) => entry !== undefined));
  }

  /** The offsets at which a group goes on, by partition: where it has recorded none, that of the oldest event kept. */
  async nextOffsets(group: string, topic: string): Promise<Map<number, number>> {
    return new Map([...(await this.#progress(group, topic))].map(([partition, { next }]) => [partition, next]));
  }

  /** How many events of the topic the group has not handled. @throws {UnknownTopicError} */
  async lag(group: string, topic: string): Promise<number> {
    await this.assertTopics([topic]);
    let lag = 0;
    for (const { next, end } of (await this.#progress(group, topic)).values()) lag += Math.max(0, end - next);
    return lag;
  }

  /** Looks whether the brokers answer, once. */
  async check(): Promise<void> {
    try {
      this.#admin ??= this.#connect();
      await (await this.#admin).describeCluster();
    } catch (error) {
      await this.#letGo();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#letGo();
  }

  async #progress(group: string, topic: string): Promise<Map<number, { next: number; end: number }>> {
    const onBroker = this.#names.onBroker(topic);
    // The group first: what it handles meanwhile would otherwise count as more than there is.
    const committed = await this.#ask((admin) =>
      admin.fetchOffsets({ groupId: this.#names.onBroker(group), topics: [onBroker] }),
    );
    const kept = await this.#ask((admin) => admin.fetchTopicOffsets(onBroker));
    const recorded = new Map(
      committed.flatMap(({ partitions }) => partitions.map((one) => [one.partition, Number(one.offset)] as const)),
    );
    return new Map(
      kept.map(({ partition, low, high }) => [
        partition,
        { next: Math.max(recorded.get(partition) ?? -1, Number(low)), end: Number(high) },
      ]),
    );
  }

  async #untilKnown(topics: readonly string[]): Promise<void> {
    for (let poll = 0; poll < CREATION_POLLS; poll++) {
      const existing = await this.partitionsOf(topics);
      if (topics.every((topic) => (existing.get(topic)?.length ?? 0) > 0)) return;
      await delay(CREATION_POLL);
    }
    throw new Error(
      `topics ${topics.join(', ')} were created, but the brokers do not list them: see the brokers' logs`,
    );
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#admin ??= this.#connect();
        return await question(await this.#admin);
      } catch (error) {
        if (this.#closed || attempt >= RETRY.attempts || FINAL.includes(errorType(error) ?? '')) throw error;
        // kafkajs does not always find its way back after the connection broke: begin anew.
        await this.#letGo();
        await delay(delayAfter(RETRY, attempt));
      }
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.#client.admin();
    await admin.connect();
    return admin;
  }

  async #letGo(): Promise<void> {
    const admin = this.#admin;
    this.#admin = undefined;
    await admin?.then((one) => one.disconnect()).catch(() => undefined);
  }
}

/** The broker's name of what went wrong, wherever kafkajs has wrapped it. */
function errorType(error: unknown): string | undefined {
  const { type, cause, errors } = error as { type?: string; cause?: unknown; errors?: unknown[] };
  return type ?? (errors?.[0] ? errorType(errors[0]) : cause === undefined ? undefined : errorType(cause));
}
