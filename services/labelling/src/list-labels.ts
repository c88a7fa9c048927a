import { Inject, Injectable } from '@nestjs/common';
import type { ListLabelsRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import { lastPosition, listLabels, type Label, type LabelFilter } from './label.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** As the contract has it. */
const LABELS_A_MESSAGE = 1000;

/** Reads the label log as it was when the call came, whatever is appended meanwhile. */
@Injectable()
export class ListLabels {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  /** @returns batches in the order of the positions, none of them empty @throws {ServiceError} BAD_REQUEST */
  async *list(request: ListLabelsRequest): AsyncIterable<Label[]> {
    const { poolIds, campaignId, upToPosition, effectiveOnly } = request;
    for (const poolId of poolIds) requireText('pool_ids', poolId, ID);
    if (campaignId !== '') requireText('campaign_id', campaignId, ID);
    if (upToPosition < 0n) {
      throw new ServiceError('BAD_REQUEST', `up_to_position is ${upToPosition}: positions begin at 1, 0 asks for all`);
    }
    const end = await lastPosition(this.database.db);
    const upTo = upToPosition === 0n || upToPosition > end ? end : Number(upToPosition);
    const filter: LabelFilter = { poolIds, campaignId, upTo, effectiveOnly };
    for (let after = 0; after < upTo; after += LABELS_A_MESSAGE) {
      const labels = await listLabels(this.database.db, filter, after, after + LABELS_A_MESSAGE);
      if (labels.length > 0) yield labels;
    }
  }
}
