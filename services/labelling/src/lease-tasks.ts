import { Inject, Injectable } from '@nestjs/common';
import type { LeaseTasksRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, CONFIG, DATABASE, type Clock } from '@spectrawl/runtime';
import { answeringAnnotator } from './annotator.ts';
import { findNewestBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { leaseEnd } from './task.ts';
import { leaseTasks, pickTasks, type AskedTask } from './task.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** As the contract has it. */
const MOST_TASKS = 100;

/** Hands open tasks of a campaign's newest batch to an annotator, and renews the annotator's own leases. */
@Injectable()
export class LeaseTasks {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /**
   * @returns the annotator's own tasks first, then others, each by rank; none when the campaign has no batch that waits
   * @throws {ServiceError} BAD_REQUEST
   */
  async lease(request: LeaseTasksRequest): Promise<{ tasks: AskedTask[]; now: Date }> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const annotator = answeringAnnotator(request.annotator);
    if (request.maxTasks < 0 || request.maxTasks > MOST_TASKS) {
      throw new ServiceError('BAD_REQUEST', `max_tasks is ${request.maxTasks}: ask for 1 to ${MOST_TASKS}, or 0 for 1`);
    }
    const now = this.clock();
    const tasks = await this.database.transaction(async (tx) => {
      const batch = await findNewestBatch(tx, campaignId);
      if (batch === undefined || batch.complete_time !== null) return [];
      const picked = await pickTasks(tx, batch, annotator.name, now, request.maxTasks || 1);
      const leased = await leaseTasks(tx, picked, annotator, leaseEnd(now, this.config.leaseSeconds));
      return leased.map((task) => ({ ...batch, ...task }));
    });
    return { tasks, now };
  }
}
