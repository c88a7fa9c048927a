import { jsonb, type Insertable, type Kysely, type Selectable } from '@spectrawl/database';
import type { AnswerCounts } from './decision.ts';
import type { LabellingTables } from './tables.ts';

export type Batch = Selectable<LabellingTables['batch']>;
export type NewBatch = Insertable<LabellingTables['batch']>;

/** Which batch. */
export interface BatchKey {
  campaign_id: string;
  iteration: number;
}

/** Stores a batch. False, and nothing is stored, when the iteration has one. */
export async function insertBatch(tx: Kysely<LabellingTables>, batch: NewBatch): Promise<boolean> {
  const inserted = await tx
    .insertInto('batch')
    .values({ ...batch, classes: jsonb(batch.classes) })
    .onConflict((conflict) => conflict.columns(['campaign_id', 'iteration']).doNothing())
    .returning('iteration')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The batch of the campaign's latest iteration. */
export function findNewestBatch(db: Kysely<LabellingTables>, campaignId: string): Promise<Batch | undefined> {
  return db
    .selectFrom('batch')
    .selectAll()
    .where('campaign_id', '=', campaignId)
    .orderBy('iteration', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Keeps others from changing the batch's counts until the transaction ends. Lock its task before it, never after. */
export function lockBatch(tx: Kysely<LabellingTables>, key: BatchKey): Promise<Batch> {
  return tx
    .selectFrom('batch')
    .selectAll()
    .where('campaign_id', '=', key.campaign_id)
    .where('iteration', '=', key.iteration)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** Adds tasks to a batch that is open. */
export function growBatch(tx: Kysely<LabellingTables>, key: BatchKey, tasks: number): Promise<Batch> {
  return tx
    .updateTable('batch')
    .set(({ eb }) => ({ tasks: eb('tasks', '+', tasks) }))
    .where('campaign_id', '=', key.campaign_id)
    .where('iteration', '=', key.iteration)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateBatch(
  tx: Kysely<LabellingTables>,
  key: BatchKey,
  change: AnswerCounts & { complete_time: Date | null },
): Promise<Batch> {
  return tx
    .updateTable('batch')
    .set(change)
    .where('campaign_id', '=', key.campaign_id)
    .where('iteration', '=', key.iteration)
    .returningAll()
    .executeTakeFirstOrThrow();
}
