import { Inject, Injectable } from '@nestjs/common';
import type { ListLabelsRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { BoundedStreams, ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import { lastPosition, listLabels, type Label, type LabelFilter } from './label.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** The contract allows more; a thousand rows as objects take some 3 MB, which whoever does not read would keep. */
const LABELS_A_MESSAGE = 250;
/** Streams that are read at a time. */
const MOST_LISTS = 64;

/** Reads the label log as it was when the call came, whatever is appended meanwhile. */
@Injectable()
export class ListLabels {
  readonly #underWay = new BoundedStreams(MOST_LISTS, 'lists of labels');

  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  /**
   * @returns batches in the order of the positions, none of them empty
   * @throws {ServiceError} BAD_REQUEST, TOO_MANY_CALLS
   */
  list(request: ListLabelsRequest): AsyncIterable<Label[]> {
    return this.#underWay.open(this.#batches(request));
  }

  async *#batches(request: ListLabelsRequest): AsyncIterable<Label[]> {
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
