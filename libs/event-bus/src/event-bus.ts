import type { DatabaseServer } from '@spectrawl/database';
import type { KafkaConfig } from './kafka/kafka-config.ts';

/** Which bus carries the events: `embedded` is a durable log in the process's own database, `kafka` a cluster of brokers. */
export type EventBusConfig = { kind: 'embedded' } | KafkaConfig;

/** What an adapter may need of the process that opens it. */
export interface EventBusEnvironment {
  database: DatabaseServer;
}

/** One event as it travels. Events with the same topic and key are delivered in the order in which they were published. */
export interface EventEnvelope {
  /** the same for every delivery of the event, and for every time it is published again after a crash */
  id: string;
  topic: string;
  key: string;
  value: Uint8Array;
  headers: Record<string, string>;
}

/** How often and after what waits a failing event is tried again, in place, before it goes to the dead-letter topic. */
export interface RetryPolicy {
  /** deliveries in all, at least 1; `Infinity` never gives up */
  attempts: number;
  /** milliseconds before the second delivery; doubled for each further one */
  initialDelay: number;
  /** milliseconds; no wait is longer */
  maximumDelay: number;
}

/** Ten deliveries over about 80 seconds: a dependency's restart is survived, a poison event holds its partition no longer. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 10, initialDelay: 200, maximumDelay: 30_000 };

export interface SubscriptionRequest {
  /** Subscriptions of one group share the partitions; every group gets every event, a new one from the oldest kept. */
  group: string;
  topics: readonly string[];
  /** partitions handled in parallel, at most; default 1 */
  concurrency?: number;
  retry?: Partial<RetryPolicy>;
}

export interface DeliveryContext {
  /** 1 for the first delivery by this subscription */
  attempt: number;
  /**
   * Aborted when the subscription stops, or has lost the event to another one: a handler may finish, or reject to hand the event
   * back undone.
   */
  signal: AbortSignal;
}

/** Handles one event; a rejection is a failed delivery. See {@link UnprocessableEventError} for failures that no retry mends. */
export type EventHandler = (event: EventEnvelope, context: DeliveryContext) => Promise<void>;

export interface Subscription {
  /** Takes no further events, aborts the handlers' signal and waits until they have finished or handed back their event. */
  stop(): Promise<void>;
}

export interface Topic {
  topic: string;
  /** how many events with different keys can be handled in parallel */
  partitions: number;
}

/**
 * Carries events at least once: an event counts as handled when its handler has resolved, and is delivered again after a crash,
 * a restart or a move of its partition to another subscription before that. A handler may take as long as it needs.
 * An event that fails for good goes to the topic `<topic>.<group>.dlq` with the reason in its headers, and the next one follows.
 */
export interface EventBus {
  /** what carries the events, as traces and metrics call it: https://opentelemetry.io/docs/specs/semconv/messaging/ */
  readonly system: string;
  /** milliseconds for which events are kept */
  readonly retention: number;
  /** Resolves when all events are durable; after a rejection some of them may be. @throws {UnknownTopicError} */
  publish(events: readonly EventEnvelope[]): Promise<void>;
  /** Starts delivery. @throws {UnknownTopicError} */
  subscribe(subscription: SubscriptionRequest, handler: EventHandler): Promise<Subscription>;
  /** Creates the topics that are missing; one that exists keeps its partitions, because moving keys would break their order. */
  ensureTopics(topics: readonly Topic[]): Promise<void>;
  /** Looks whether events can be published and are delivered now. @throws when not, saying why */
  check(): Promise<void>;
  /** How many events of the topic the group has not handled yet. @throws {UnknownTopicError} */
  lag(group: string, topic: string): Promise<number>;
  /**
   * When the oldest event was published that is kept because some group has not handled it, be it older than the retention.
   * Undefined when there is none, or when events are forgotten after their time whether they were handled or not.
   */
  oldestOwed(): Promise<Date | undefined>;
  /** Stops all subscriptions and lets go of the connection. */
  close(): Promise<void>;
}

/** Where events go that a group could not handle. */
export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}.dlq`;
}

/** milliseconds for which dead letters are kept: long enough for somebody to look */
export const DEAD_LETTER_RETENTION = 365 * 24 * 3_600_000;

/** Headers that a dead-lettered event has besides its own. */
export const DEAD_LETTER_HEADERS = {
  reason: 'dlq-reason',
  error: 'dlq-error',
  attempts: 'dlq-attempts',
  topic: 'dlq-topic',
  partition: 'dlq-partition',
  offset: 'dlq-offset',
  group: 'dlq-group',
  time: 'dlq-time',
} as const;
