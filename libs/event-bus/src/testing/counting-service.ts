// A process to be killed: says the numbers from 0 to below `total` and takes them in, on the database in `directory`, continuing
// where an earlier run was killed. Prints a line for each number taken in, and ends when it has them all.
import { writeSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { Int32ValueSchema } from '@bufbuild/protobuf/wkt';
import { defineEvent } from '@spectrawl/contracts';
import { openDatabase } from '@spectrawl/database';
import { openEventBus, openLedger } from '../index.ts';

interface Tables {
  said: { next: number };
  taken: { number: number };
}

const [directory, total] = [process.argv[2] as string, Number(process.argv[3])];
const numberSaid = defineEvent('spectrawl.counting.number-said.v1', Int32ValueSchema, ({ value }) => `${value % 3}`, 2);

const server = await openDatabase({ kind: 'pglite', directory });
const bus = await openEventBus({ kind: 'embedded' }, { database: server });
const database = await server.forService<Tables>('counting', [
  {
    name: '0001-counting.sql',
    sql: `CREATE TABLE said (next int4 NOT NULL); INSERT INTO said VALUES (0);
          CREATE TABLE taken (place serial PRIMARY KEY, number int4 NOT NULL);`,
  },
]);
const ledger = await openLedger({ database, bus, source: 'spectrawl/counting' });

const { promise: all, resolve: haveAll } = Promise.withResolvers<void>();
const countTaken = async () => (await database.db.selectFrom('taken').select('number').execute()).length;
if ((await countTaken()) === total) haveAll();

await ledger.consume(
  numberSaid,
  async ({ value }, { eventId }) => {
    await ledger.transaction(async (tx) => {
      if (await tx.firstTime(eventId)) await tx.db.insertInto('taken').values({ number: value }).execute();
    });
    writeSync(1, `${value}\n`);
    if ((await countTaken()) === total) haveAll();
  },
  { concurrency: 2 },
);

for (let finished = false; !finished;) {
  finished = await ledger.transaction(async (tx) => {
    const { next } = await tx.db.selectFrom('said').select('next').executeTakeFirstOrThrow();
    if (next === total) return true;
    await tx.db
      .updateTable('said')
      .set({ next: next + 1 })
      .execute();
    tx.publish(numberSaid, create(Int32ValueSchema, { value: next }));
    return false;
  });
}
await all;
await ledger.close();
await bus.close();
await server.close();
