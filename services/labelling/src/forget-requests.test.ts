import { openDatabase, sql } from '@spectrawl/database';
import { expect, it } from 'vitest';
import { ForgetRequests } from './forget-requests.ts';
import type { LabellingTables } from './tables.ts';

it('forgets what was answered long ago, and nothing that may be asked again', async () => {
  const server = await openDatabase({ kind: 'pglite', directory: 'memory' });
  const migrations = new URL('../migrations/', import.meta.url);
  const database = await server.forService<LabellingTables>('labelling', migrations);
  const ages = { 'a minute': 60, 'an hour less': 29 * 86_400, 'a day more': 31 * 86_400 };
  for (const [id, age] of Object.entries(ages)) {
    await sql`INSERT INTO answered_request (request_id, rpc, request_hash, answer_time)
      VALUES (${id}, 'SubmitLabel', '', now() - make_interval(secs => ${age}))`.execute(database.db);
  }
  const config = { requestRetentionSeconds: 30 * 86_400 };
  await new ForgetRequests(database, config, { warn: () => undefined }).forget();
  const rows = await database.db.selectFrom('answered_request').select('request_id').orderBy('request_id').execute();
  expect(rows.map(({ request_id }) => request_id)).toEqual(['a minute', 'an hour less']);
  await server.close();
});
