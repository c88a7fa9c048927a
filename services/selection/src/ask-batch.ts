import { create } from '@bufbuild/protobuf';
import { batchSelected, BatchSelectedSchema } from '@spectrawl/contracts';
import type { LedgerTransaction } from '@spectrawl/event-bus';
import { changeIteration, type IterationRow } from './campaign.repository.ts';
import type { Tables } from './tables.ts';

/**
 * Hands a drawn batch to the annotators.
 * @param traceparent of the iteration, where its trace is not the current one
 */
export async function askBatch(
  tx: LedgerTransaction<Tables>,
  iteration: Pick<
    IterationRow,
    'campaign_id' | 'number' | 'batch_key' | 'plan_key' | 'model_id' | 'queries' | 'audits'
  >,
  now: Date,
  traceparent?: string,
): Promise<void> {
  await changeIteration(tx.db, iteration.campaign_id, iteration.number, { step: 'labelling', asked_time: now });
  tx.publish(
    batchSelected,
    create(BatchSelectedSchema, {
      campaignId: iteration.campaign_id,
      iteration: iteration.number,
      batchKey: iteration.batch_key,
      planKey: iteration.plan_key,
      modelId: iteration.model_id,
      tasks: iteration.queries + iteration.audits,
    }),
    { traceparent },
  );
}
