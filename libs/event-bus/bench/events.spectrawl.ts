// Contender: publishes events through a bus, and handles each of them in one subscription. Arguments: the bus, `embedded` or `kafka`,
// and `batches` or `singly`, one event a call, the next one when the last is durable.
import { answerRuns } from '@spectrawl/testing';
import { openBenchBus } from './bench-bus.ts';
import { eventBatches, newEvents, PARTITIONS, RunCounter } from './bench-events.ts';

const TOPIC = 'spectrawl.bench.event-published.v1';
/** Events of a run that are published one by one. */
const SINGLE_EVENTS = 500;

const [, , kind, calls] = process.argv;
const { bus } = await openBenchBus(kind);
await bus.ensureTopics([{ topic: TOPIC, partitions: PARTITIONS }]);
const counter = new RunCounter();
await bus.subscribe({ group: 'bench', topics: [TOPIC], concurrency: PARTITIONS }, async () => counter.count());

await answerRuns({
  run: async () => {
    const published = calls === 'singly' ? newEvents(TOPIC, SINGLE_EVENTS).map((it) => [it]) : eventBatches(TOPIC);
    const events = published.flat().length;
    const allHandled = counter.expectRun(events);
    for (const batch of published) await bus.publish(batch);
    await allHandled;
    return events;
  },
});
