import { Inject, Injectable } from '@nestjs/common';
import type { ListTasksRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { page, pageRequest, ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import { ID, requireText } from './request-text.ts';
import { listTasks, type AskedTask } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Lists the tasks of a campaign by iteration and rank. */
@Injectable()
export class ListTasks {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  /** @throws {ServiceError} BAD_REQUEST, BAD_PAGE_TOKEN */
  async list(request: ListTasksRequest): Promise<{ rows: AskedTask[]; nextPageToken: string }> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const { size, after } = pageRequest(request);
    const filter = {
      campaignId,
      iteration: request.iteration,
      after: after === undefined ? undefined : placeOf(after),
    };
    const tasks = await listTasks(this.database.db, filter, size + 1);
    return page(tasks, size, ({ iteration, rank }) => `${iteration}/${rank}`);
  }
}

function placeOf(after: string): { iteration: number; rank: number } {
  const [, iteration, rank] = /^(\d{1,9})\/(\d{1,9})$/.exec(after) ?? [];
  if (iteration === undefined || rank === undefined) {
    throw new ServiceError('BAD_PAGE_TOKEN', 'page_token is no token of ListTasks: send next_page_token as it came');
  }
  return { iteration: Number(iteration), rank: Number(rank) };
}
