// A process to be killed: inserts labels 0, 1, 2, … one by one and prints each id once its commit was acknowledged.
import { writeSync } from 'node:fs';
import { openDatabase } from '../index.ts';

const server = await openDatabase({ kind: 'pglite', directory: process.argv[2] as string });
const { db } = await server.forService<{ label: { id: number } }>('killed', [
  { name: '0001-label.sql', sql: 'CREATE TABLE label (id int8 PRIMARY KEY)' },
]);
for (let id = 0; ; id++) {
  await db.insertInto('label').values({ id }).execute();
  writeSync(1, `${id}\n`);
}
