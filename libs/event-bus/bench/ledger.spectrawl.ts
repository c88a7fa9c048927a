// Contender: events as services say and hear them, through the ledger. They are committed to an outbox, carried to the bus, and each
// taken in by a transaction that notes it in an inbox. Argument: the bus, `embedded` or `kafka` (with PostgreSQL).
import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { defineEvent, ShardScoredSchema } from '@spectrawl/contracts';
import { answerRuns } from '@spectrawl/testing';
import { openLedger } from '../src/index.ts';
import { openBenchBus } from './bench-bus.ts';
import { PARTITIONS, RunCounter } from './bench-events.ts';

const EVENTS = 1_000;
/** Events that one transaction says: a scoring run's first says one for every shard, most say one. */
const EVENTS_A_TRANSACTION = 50;
/** Characters of each of the message's two keys, which fill it to 1 KB. */
const KEY_LENGTH = 500;

const type = defineEvent(
  'spectrawl.bench.shard-scored.v1',
  ShardScoredSchema,
  ({ shard }) => String(shard),
  PARTITIONS,
);
const { bus, database } = await openBenchBus(process.argv[2]);
const openBenchLedger = async (name: string) => {
  const own = await database.forService(`bench_${name}_${randomUUID().slice(0, 8)}`, [
    { name: '0001-none.sql', sql: 'SELECT 1' },
  ]);
  return openLedger({ database: own, bus, source: `spectrawl/bench-${name}` });
};
const [sayer, hearer] = [await openBenchLedger('sayer'), await openBenchLedger('hearer')];
const counter = new RunCounter();
await hearer.consume(
  type,
  async (_message, { eventId }) => {
    const first = await hearer.transaction((tx) => tx.firstTime(eventId));
    if (first) counter.count();
  },
  { concurrency: PARTITIONS },
);

await answerRuns({
  run: async () => {
    const allHandled = counter.expectRun(EVENTS);
    for (let said = 0; said < EVENTS; said += EVENTS_A_TRANSACTION) {
      await sayer.transaction(async (tx) => {
        for (let shard = said; shard < said + EVENTS_A_TRANSACTION; shard++) {
          const keys = { scoresKey: 's'.repeat(KEY_LENGTH), summaryKey: 'm'.repeat(KEY_LENGTH) };
          tx.publish(type, create(ShardScoredSchema, { scoringRunId: 'bench-0', shard, rows: 1, ...keys }));
        }
      });
    }
    await allHandled;
    return EVENTS;
  },
});
