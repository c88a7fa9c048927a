import type { Kafka, Message, Producer } from 'kafkajs';
import { EventBusClosedError, EventTooLargeError } from '../errors.ts';
import type { EventEnvelope } from '../event-bus.ts';
import { partitionOf } from '../partition-of.ts';
import { toMessage } from './kafka-message.ts';
import type { KafkaNames } from './kafka-names.ts';

/** Brokers take a megabyte at once by default, headers and all; events carry ids and object keys and are far smaller. */
const MAX_EVENT_BYTES = 900_000;
const MAX_BATCH_BYTES = 512 * 1024;
const MAX_BATCH_EVENTS = 1_000;
/** What a record costs beside key, value and headers, at most (bytes). */
const RECORD_OVERHEAD = 64;

/** Every copy that has to be in sync has the event before it counts as published. */
const ACKS_OF_ALL = -1;

/** Events for one request. */
interface Batch {
  events: EventEnvelope[];
  bytes: number;
}

interface Publication {
  batches: Batch[];
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Publishes events, in the order of the calls, each once even where the answer to a request is lost on the way.
 *
 * One request is under way at a time, and a producer that has failed is thrown away: kafkajs gives the sequence numbers of a
 * failed request to the next one, which brokers then take for a repetition and drop.
 */
export class KafkaProducer {
  readonly #client: Pick<Kafka, 'producer'>;
  readonly #names: KafkaNames;
  readonly #waiting: Publication[] = [];
  /** Where messages under way go. */
  readonly #partitions = new WeakMap<Message, number>();
  #producer: Producer | undefined;
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(client: Pick<Kafka, 'producer'>, names: KafkaNames) {
    this.#client = client;
    this.#names = names;
  }

  /** Resolves when all of the events are durable. @throws {EventTooLargeError} before anything is published */
  publish(events: readonly EventEnvelope[]): Promise<void> {
    if (this.#closed) return Promise.reject(new EventBusClosedError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batches: inBatches(events), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** Publishes what was asked for before, and lets go of the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#working;
    await this.#discard();
  }

  async #work(): Promise<void> {
    for (;;) {
      const together = this.#takeTogether();
      if (together.length === 0) break;
      try {
        const batches = together.flatMap(({ batches }) => batches);
        // Small publications travel in one request; a large one takes several.
        const requests =
          together.length > 1 ? [batches.flatMap(({ events }) => events)] : batches.map(({ events }) => events);
        for (const events of requests) await this.#send(events);
        for (const { resolve } of together) resolve();
      } catch (error) {
        await this.#discard();
        for (const { reject } of together) reject(error);
      }
    }
    this.#working = undefined;
  }

  /** The first waiting publication, with those behind it that fit into the same request. */
  #takeTogether(): Publication[] {
    const taken: Publication[] = [];
    let events = 0;
    let bytes = 0;
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) break;
      events += next.batches[0]?.events.length ?? 0;
      bytes += next.batches[0]?.bytes ?? 0;
      const fits = next.batches.length === 1 && events <= MAX_BATCH_EVENTS && bytes <= MAX_BATCH_BYTES;
      if (taken.length > 0 && !fits) break;
      taken.push(next);
      this.#waiting.shift();
      if (!fits) break;
    }
    return taken;
  }

  async #send(events: readonly EventEnvelope[]): Promise<void> {
    const producer = (this.#producer ??= await this.#connect());
    let unanswered = events.map((event) => ({ topic: this.#names.onBroker(event.topic), message: toMessage(event) }));
    // Once as a rule. kafkajs forgets events for a partition that has moved, while it tries again, to a broker that has answered
    // for its other partitions already: they are missing in what it reports, and sent again under the same sequence numbers.
    while (unanswered.length > 0) {
      const byTopic = Map.groupBy(unanswered, ({ topic }) => topic);
      const answers = await producer.sendBatch({
        acks: ACKS_OF_ALL,
        topicMessages: [...byTopic].map(([topic, of]) => ({ topic, messages: of.map(({ message }) => message) })),
      });
      const answered = new Set(answers.map(({ topicName, partition }) => `${topicName}/${partition}`));
      unanswered = unanswered.filter(
        ({ topic, message }) => !answered.has(`${topic}/${this.#partitions.get(message)}`),
      );
    }
  }

  async #connect(): Promise<Producer> {
    const producer = this.#client.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message, partitionMetadata }) => {
          const partition = partitionOf(message.key?.toString() ?? '', partitionMetadata.length);
          this.#partitions.set(message, partition);
          return partition;
        },
    });
    await producer.connect();
    return producer;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }
}

function inBatches(events: readonly EventEnvelope[]): Batch[] {
  const batches: Batch[] = [];
  for (const event of events) {
    const size = sizeOf(event);
    if (size > MAX_EVENT_BYTES) throw new EventTooLargeError(event.id, event.topic, size, MAX_EVENT_BYTES);
    const last = batches.at(-1);
    if (last && last.events.length < MAX_BATCH_EVENTS && last.bytes + size <= MAX_BATCH_BYTES) {
      last.events.push(event);
      last.bytes += size;
    } else {
      batches.push({ events: [event], bytes: size });
    }
  }
  return batches;
}

/** Bytes, about. */
function sizeOf({ id, key, value, headers }: EventEnvelope): number {
  const texts = [id, key, ...Object.entries(headers).flat()];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), value.byteLength + RECORD_OVERHEAD);
}
