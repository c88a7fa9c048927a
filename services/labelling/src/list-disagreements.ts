import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  ListDisagreementsResponseSchema,
  type ListDisagreementsRequest,
  type ListDisagreementsResponse,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { page, pageRequest, ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import { labelsAt, listDifferingPairs, type DifferenceKey } from './agreement.repository.ts';
import { labelMessage, purposeMessage } from './messages.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** Lists second answers that differ from the first, the most important first. */
@Injectable()
export class ListDisagreements {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  /** @throws {ServiceError} BAD_REQUEST, BAD_PAGE_TOKEN */
  async list(request: ListDisagreementsRequest): Promise<ListDisagreementsResponse> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const { size, after } = pageRequest(request);
    const filter = { campaignId, openOnly: request.openOnly, after: after === undefined ? undefined : keyOf(after) };
    const found = await listDifferingPairs(this.database.db, filter, size + 1);
    const { rows, nextPageToken } = page(
      found,
      size,
      ({ settled_position, importance, second_position }) =>
        `${settled_position === null ? 0 : 1}/${importance}/${second_position}`,
    );
    const positions = rows.flatMap((row) =>
      [row.first_position, row.second_position, row.settled_position ?? []].flat(),
    );
    const labels = await labelsAt(this.database.db, positions);
    return create(ListDisagreementsResponseSchema, {
      disagreements: rows.map((row) => {
        const first = labels.get(row.first_position)!;
        const settled = row.settled_position === null ? undefined : labels.get(row.settled_position);
        return {
          taskId: first.task_id,
          poolId: first.pool_id,
          spectrumId: first.spectrum_id,
          purpose: purposeMessage(row.about_purpose),
          classes: row.classes,
          first: labelMessage(first),
          second: labelMessage(labels.get(row.second_position)!),
          ...(settled && { adjudication: labelMessage(settled) }),
          batchOpen: row.batch_open,
        };
      }),
      nextPageToken,
    });
  }
}

function keyOf(after: string): DifferenceKey {
  const [, settled, importance, position] = /^([01])\/(\d)\/(\d{1,15})$/.exec(after) ?? [];
  if (settled === undefined) {
    throw new ServiceError(
      'BAD_PAGE_TOKEN',
      'page_token is no token of ListDisagreements: send next_page_token as it came',
    );
  }
  return { isSettled: settled === '1', importance: Number(importance), secondPosition: Number(position) };
}
