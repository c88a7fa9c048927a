// A member of a group, to be killed or stopped: prints a line when it begins an event, when it has handled it and when the event
// is taken from it. Events whose id begins with "slow" are at work until that happens.
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { KafkaEventBus } from '../kafka/kafka-event-bus.ts';

const [brokers, group, topic, sessionTimeout] = process.argv.slice(2) as [string, string, string, string];

const bus = new KafkaEventBus({
  kind: 'kafka',
  brokers: brokers.split(','),
  sessionTimeout: Number(sessionTimeout),
});
await bus.subscribe({ group, topics: [topic], concurrency: 4 }, async ({ id }, { signal }) => {
  writeSync(1, `begun ${id}\n`);
  if (id.startsWith('slow')) {
    await once(signal, 'abort');
    writeSync(1, `aborted ${id}\n`);
    throw new Error('handed back');
  }
  writeSync(1, `handled ${id}\n`);
});
