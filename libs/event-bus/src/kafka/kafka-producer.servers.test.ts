import { randomUUID } from 'node:crypto';
import type { Kafka, Producer, ProducerBatch } from 'kafkajs';
import { expect, inject, test } from 'vitest';
import type { EventEnvelope } from '../event-bus.ts';
import { partitionOf } from '../partition-of.ts';
import { Arrivals } from '../testing/arrivals.ts';
import { kafkaClient, type KafkaConfig } from './kafka-config.ts';
import { KafkaEventBus } from './kafka-event-bus.ts';
import { KafkaNames } from './kafka-names.ts';
import { KafkaProducer } from './kafka-producer.ts';

const PARTITIONS = 4;

/**
 * kafkajs with what it does when a broker is lost: it sends nothing for the partitions that move to another broker, and reports
 * success. The real thing takes three brokers and a kill at the right moment.
 */
function forgetfulClient(config: KafkaConfig, forgotten: number[]): Pick<Kafka, 'producer'> {
  return {
    producer: (options): Producer => {
      const producer = kafkaClient(config).producer(options);
      const sendBatch = (batch: ProducerBatch) => {
        const partition = forgotten.shift();
        const topicMessages = (batch.topicMessages ?? []).map(({ topic, messages }) => ({
          topic,
          messages: messages.filter(({ key }) => partitionOf(String(key), PARTITIONS) !== partition),
        }));
        return producer.sendBatch({ ...batch, topicMessages });
      };
      return { ...producer, sendBatch };
    },
  };
}

test('publishes again, in order and once, what kafkajs forgets of a batch', async () => {
  await using undo = new AsyncDisposableStack();
  const config: KafkaConfig = { kind: 'kafka', brokers: inject('servers').kafka.brokers };
  const bus = new KafkaEventBus(config);
  undo.defer(() => bus.close());
  const topic = `forgetful.${randomUUID()}.v1`;
  await bus.ensureTopics([{ topic, partitions: PARTITIONS }]);
  const forgotten = [0, 1, 2, 3, 3];
  const producer = new KafkaProducer(forgetfulClient(config, forgotten), new KafkaNames(''));
  undo.defer(() => producer.close());
  const [keys, rounds] = [20, 5];
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: keys }, (_, key): EventEnvelope => {
      const id = `key-${key}/${round}`;
      return { id, topic, key: `key-${key}`, value: new Uint8Array(), headers: {} };
    });
    await producer.publish(events);
  }
  expect(forgotten).toEqual([]);
  const arrivals = new Arrivals<EventEnvelope>();
  const group = `group-${randomUUID()}`;
  expect(await bus.lag(group, topic)).toBe(keys * rounds);
  await bus.subscribe({ group, topics: [topic] }, async (event) => arrivals.add(event));
  const byKey = Map.groupBy(await arrivals.count(keys * rounds), ({ key }) => key);
  for (const [key, events] of byKey) {
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: rounds }, (_, round) => `${key}/${round}`));
  }
  expect(byKey.size).toBe(keys);
});
