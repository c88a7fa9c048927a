import { counter, describeCurrentSpan, histogram, withStep } from '@spectrawl/telemetry';

/** Upper ends of buckets, in seconds */
const DURATIONS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const duration = histogram(
  'spectrawl.database.transaction.duration',
  { description: 'Transactions, with the wait for their turn, by whether they were committed', unit: 's' },
  DURATIONS,
);
const retries = counter('spectrawl.database.transaction.retries', {
  description: 'Transactions that were run again after others came in between, or after the connection broke',
  unit: '{retry}',
});

/** Times a transaction, and makes it a step of the trace that it belongs to. @param run counts each time that the body is run */
export async function observeTransaction<T>(schema: string, run: (count: () => void) => Promise<T>): Promise<T> {
  const start = performance.now();
  let runs = 0;
  const end = (outcome: 'committed' | 'failed'): void => {
    const about = { 'db.namespace': schema };
    duration.record((performance.now() - start) / 1000, { ...about, 'spectrawl.transaction.outcome': outcome });
    if (runs > 1) retries.add(runs - 1, about);
    describeCurrentSpan({ 'spectrawl.transaction.runs': runs });
  };
  const attributes = { 'db.system.name': 'postgresql', 'db.namespace': schema };
  return await withStep(`transaction ${schema}`, attributes, async () => {
    try {
      const result = await run(() => (runs += 1));
      end('committed');
      return result;
    } catch (error) {
      end('failed');
      throw error;
    }
  });
}
