// Contender: publishes events through the bus named as its argument, and handles each of them in one subscription.
import { openDatabase } from '@spectrawl/database';
import { startKafka } from '@spectrawl/testing';
import { openEventBus, type EventBusConfig } from '../src/index.ts';
import { answerRuns } from './answer-runs.ts';
import { eventBatches, EVENTS, PARTITIONS, RunCounter } from './bench-events.ts';

const TOPIC = 'spectrawl.bench.event-published.v1';

const kind = process.argv[2];
const config: EventBusConfig =
  kind === 'kafka' ? { kind, brokers: (await startKafka()).brokers } : { kind: 'embedded' };
const database = await openDatabase({ kind: 'pglite', directory: 'memory' });
const bus = await openEventBus(config, { database });
await bus.ensureTopics([{ topic: TOPIC, partitions: PARTITIONS }]);
const counter = new RunCounter();
await bus.subscribe({ group: 'bench', topics: [TOPIC], concurrency: PARTITIONS }, async () => counter.count());

await answerRuns(EVENTS, `${config.kind} bus`, async () => {
  const allHandled = counter.expectRun();
  for (const batch of eventBatches(TOPIC)) await bus.publish(batch);
  await allHandled;
});
