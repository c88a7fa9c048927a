import { sql, type Transaction } from '@spectrawl/database';

/** Whose ledger lies in which schema, and what goes through it. */
export interface LedgerOfService {
  schema: string;
  /** topics that the service publishes */
  produces: readonly string[];
  /** topics that the service handles, as the group that is named like its schema */
  consumes: readonly string[];
}

/**
 * Makes ledgers fit for a bus that holds nothing: what some consumer has not taken in is published again when the ledgers open, in
 * the old order and under the old ids; those that have taken it in know it again. Everything else stays as it is.
 * @param tx a transaction over all of the schemas
 * @param now becomes the time at which the consumers that know them took these events in, so that they go on knowing them
 * @returns how many events that were published will be again
 */
export async function publishUnhandledAgain(
  tx: Transaction<unknown>,
  ledgers: readonly LedgerOfService[],
  now: Date,
): Promise<number> {
  let again = 0;
  for (const { schema, produces } of ledgers) {
    const outbox = sql.id(schema, 'outbox');
    for (const topic of produces) {
      const consumers = ledgers.filter(({ consumes }) => consumes.includes(topic));
      for (const consumer of consumers) {
        const inbox = sql.id(consumer.schema, 'inbox');
        const { numAffectedRows } = await sql`
          UPDATE ${outbox} AS said SET published_at = NULL
          WHERE topic = ${topic} AND published_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM ${inbox} AS taken WHERE taken.event_id = said.event_id)`.execute(tx);
        again += Number(numAffectedRows ?? 0n);
      }
      for (const consumer of consumers) {
        await sql`
          UPDATE ${sql.id(consumer.schema, 'inbox')} AS taken SET handled_at = ${now}
          FROM ${outbox} AS said
          WHERE said.topic = ${topic} AND said.published_at IS NULL AND taken.event_id = said.event_id`.execute(tx);
      }
    }
  }
  return again;
}
