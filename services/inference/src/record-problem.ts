import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  scoringDelayed,
  ScoringDelayedSchema,
  scoringFailed,
  ScoringFailedSchema,
  type ShardScoringDelayed,
  type ShardScoringFailed,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { LEDGER } from '@spectrawl/runtime';
import type { Tables } from './tables.ts';

/** Notes why a scoring run waits or has failed, and tells the campaign: of many shards' problems, the first one. */
@Injectable()
export class RecordProblem {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger<Tables>) {}

  async failed({ scoringRunId, message }: ShardScoringFailed, eventId: string): Promise<void> {
    await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return;
      const failed = await tx.db
        .updateTable('scoring_runs')
        .set({ failed: true, problem: message })
        .where('scoring_run_id', '=', scoringRunId)
        .where('failed', '=', false)
        .returning(['campaign_id', 'iteration'])
        .executeTakeFirst();
      if (!failed) return;
      const { campaign_id: campaignId, iteration } = failed;
      tx.publish(scoringFailed, create(ScoringFailedSchema, { campaignId, iteration, message }));
    });
  }

  async delayed({ scoringRunId, shard, message }: ShardScoringDelayed, eventId: string): Promise<void> {
    await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return;
      const delayed = await tx.db
        .updateTable('scoring_runs')
        .set({ problem: message })
        .where('scoring_run_id', '=', scoringRunId)
        .where('problem', '=', '')
        // It may have been scored since.
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('scored_shards')
                .select('shard')
                .where('scored_shards.scoring_run_id', '=', scoringRunId)
                .where('shard', '=', shard),
            ),
          ),
        )
        .returning(['campaign_id', 'iteration'])
        .executeTakeFirst();
      if (!delayed) return;
      const { campaign_id: campaignId, iteration } = delayed;
      tx.publish(scoringDelayed, create(ScoringDelayedSchema, { campaignId, iteration, message }));
    });
  }
}
