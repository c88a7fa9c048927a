import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedLog, RETENTION } from './embedded-log.ts';
import { EVENT_BUS_MIGRATIONS, type EventBusTables } from './embedded-schema.ts';

let server: DatabaseServer;

beforeAll(async () => {
  server = await openDatabase({ kind: 'pglite', directory: 'memory' });
});
afterAll(() => server.close());

const event = (topic: string, id: string) => ({ id, topic, key: 'key', value: Uint8Array.of(1), headers: {} });

test('forgets events after a week, but none that a group has not handled, and no dead letters', async () => {
  let now = 0;
  const log = new EmbeddedLog(await server.forService<EventBusTables>('retention', EVENT_BUS_MIGRATIONS), () => now);
  const place = { topic: 'facts', partition: 0 };
  await log.createTopics([
    { topic: 'facts', partitions: 1 },
    { topic: 'unread', partitions: 1 },
  ]);
  await log.join('quick', 'facts');
  await log.join('slow', 'facts');
  await log.append([event('facts', '0'), event('facts', '1'), event('facts', '2'), event('unread', '0')]);
  await log.bury('quick', place, 1, event('facts.quick.dlq', '1'));
  await log.commit('quick', place, 2);
  await log.commit('slow', place, 0);

  now = RETENTION;
  await log.prune();
  await log.join('late', 'facts');
  expect(await log.lag('late', 'facts')).toBe(3);

  now = RETENTION + 1;
  await log.prune();
  // A group that has joined counts, even if it has handled nothing yet.
  expect(await log.lag('late', 'facts')).toBe(3);
  await log.commit('late', place, 2);
  await log.prune();
  expect(await log.lag('another', 'facts')).toBe(2);
  expect((await log.read('slow', place, 10)).map(({ id }) => id)).toEqual(['1', '2']);
  expect(await log.lag('another', 'unread')).toBe(0);
  expect(await log.lag('another', 'facts.quick.dlq')).toBe(1);

  await log.append([event('facts', '3')]);
  expect((await log.read('slow', place, 10)).map(({ id }) => id)).toEqual(['1', '2', '3']);
  await log.close();
});
