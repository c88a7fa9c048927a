import { EventBusClosedError } from '../errors.ts';
import type { EventBus, EventEnvelope, EventHandler, Subscription, SubscriptionRequest, Topic } from '../event-bus.ts';
import { KafkaAdmin } from './kafka-admin.ts';
import { DEFAULT_RETENTION, DEFAULT_SESSION_TIMEOUT, kafkaClient, type KafkaConfig } from './kafka-config.ts';
import { KafkaMember } from './kafka-member.ts';
import { KAFKA_SYSTEM, KafkaNames } from './kafka-names.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { KafkaSession } from './kafka-session.ts';

/** The bus of processes that run apart: topics of Apache Kafka. */
export class KafkaEventBus implements EventBus {
  readonly system = KAFKA_SYSTEM;
  readonly retention: number;
  readonly #config: KafkaConfig;
  readonly #names: KafkaNames;
  readonly #admin: KafkaAdmin;
  readonly #producer: KafkaProducer;
  readonly #members = new Set<KafkaMember>();
  readonly #clock: () => number;
  #closed = false;

  /** @param clock milliseconds since 1970 */
  constructor(config: KafkaConfig, clock: () => number = Date.now) {
    const client = kafkaClient(config);
    this.retention = config.retention ?? DEFAULT_RETENTION;
    this.#config = config;
    this.#names = new KafkaNames(config.topicPrefix ?? '');
    this.#admin = new KafkaAdmin(client, this.#names, config);
    this.#producer = new KafkaProducer(client, this.#names);
    this.#clock = clock;
  }

  async publish(events: readonly EventEnvelope[]): Promise<void> {
    this.#assertOpen();
    if (events.length === 0) return;
    await this.#admin.assertTopics([...new Set(events.map(({ topic }) => topic))]);
    await this.#producer.publish(events);
  }

  async subscribe(request: SubscriptionRequest, handler: EventHandler): Promise<Subscription> {
    this.#assertOpen();
    await this.#admin.assertTopics(request.topics);
    this.#assertOpen();
    const member = new KafkaMember({
      request,
      handler,
      admin: this.#admin,
      producer: this.#producer,
      clock: this.#clock,
      openSession: (listener) =>
        new KafkaSession(
          kafkaClient(this.#config),
          this.#names,
          { ...request, sessionTimeout: this.#config.sessionTimeout ?? DEFAULT_SESSION_TIMEOUT },
          listener,
          (topics) => this.#admin.partitionsOf(topics),
        ),
    });
    this.#members.add(member);
    member.start();
    return {
      stop: async () => {
        this.#members.delete(member);
        await member.stop();
      },
    };
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    this.#assertOpen();
    await this.#admin.ensureTopics(topics);
  }

  async check(): Promise<void> {
    this.#assertOpen();
    await this.#admin.check();
    const outside = [...this.#members].filter((member) => !member.isInGroup).map(({ group }) => group);
    if (outside.length > 0) throw new Error(`not in the group ${[...new Set(outside)].join(', ')}`);
  }

  async lag(group: string, topic: string): Promise<number> {
    this.#assertOpen();
    return this.#admin.lag(group, topic);
  }

  async oldestOwed(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#members].map((member) => member.stop()));
    await this.#producer.close();
    await this.#admin.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new EventBusClosedError();
  }
}
