import { create } from '@bufbuild/protobuf';
import { batchLabelled, BatchLabelledSchema } from '@spectrawl/contracts';
import type { LedgerTransaction } from '@spectrawl/event-bus';
import type { BatchKey } from './batch.repository.ts';
import type { LabellingTables } from './tables.ts';

/**
 * Says that every task of a batch is answered. Said in the transaction that sets the batch's complete_time, hence once: a
 * complete batch stays complete, because its answers can be corrected but no more be taken back.
 * It belongs to the trace of the iteration; the call that brought the last answer is linked.
 * @param labelPosition position of the last label in the log
 */
export function sayBatchLabelled(
  tx: LedgerTransaction<LabellingTables>,
  batch: BatchKey & { traceparent: string },
  labelPosition: number,
): void {
  const { campaign_id: campaignId, iteration } = batch;
  tx.publish(
    batchLabelled,
    create(BatchLabelledSchema, { campaignId, iteration, labelPosition: BigInt(labelPosition) }),
    { traceparent: batch.traceparent || undefined },
  );
}
