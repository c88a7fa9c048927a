// Contender: the same through kafkajs alone, as its documentation does it: no retries, no dead letters, no work in parallel, and
// offsets recorded batch by batch.
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { answerRuns, benchServer } from '@spectrawl/testing';
import { eventBatches, EVENTS, PARTITIONS, RunCounter } from './bench-events.ts';

const TOPIC = `${randomUUID()}.spectrawl.bench.event-published.v1`;

const kafka = new Kafka({ brokers: [...benchServer('kafka').brokers], logLevel: logLevel.NOTHING });
const admin = kafka.admin();
await admin.connect();
await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }] });
await admin.disconnect();
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
await producer.connect();
const consumer = kafka.consumer({ groupId: `${TOPIC}.bench` });
await consumer.connect();
await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
const counter = new RunCounter();
await consumer.run({
  eachBatch: async ({ batch }) => {
    for (const _message of batch.messages) counter.count();
  },
});

await answerRuns({
  version: 'kafkajs 2.2.4',
  run: async () => {
    const allHandled = counter.expectRun(EVENTS);
    for (const batch of eventBatches(TOPIC)) {
      const messages = batch.map(({ key, value, headers }) => ({ key, value: Buffer.from(value), headers }));
      await producer.send({ topic: TOPIC, messages });
    }
    await allHandled;
    return EVENTS;
  },
});
