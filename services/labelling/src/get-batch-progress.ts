import { Inject, Injectable } from '@nestjs/common';
import type { GetBatchProgressRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import { findNewestBatch, type Batch } from './batch.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** Tells how far the newest batch of a campaign is. */
@Injectable()
export class GetBatchProgress {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  /** @throws {ServiceError} BAD_REQUEST, BATCH_NOT_FOUND */
  async get(request: GetBatchProgressRequest): Promise<Batch> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const batch = await findNewestBatch(this.database.db, campaignId);
    if (batch === undefined) {
      throw new ServiceError(
        'BATCH_NOT_FOUND',
        `campaign "${campaignId}" has asked nothing yet: its first batch comes when the pool is scored`,
      );
    }
    return batch;
  }
}
