import { Inject, Injectable } from '@nestjs/common';
import type { ReleaseTasksRequest } from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, DATABASE, type Clock } from '@spectrawl/runtime';
import { holdLog } from './label.repository.ts';
import { ANNOTATOR_NAME, ID, requireText } from './request-text.ts';
import { releaseSecondQuestions } from './second-question.repository.ts';
import { releaseTasks } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** As the contract has it. */
const MOST_TASKS = 100;

/** Gives leased tasks back to the queue before their lease ends. */
@Injectable()
export class ReleaseTasks {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns how many were given back: others' tasks, answered and unknown ones are left alone @throws {ServiceError} BAD_REQUEST */
  async release(request: ReleaseTasksRequest): Promise<number> {
    const annotator = requireText('annotator', request.annotator, ANNOTATOR_NAME);
    if (request.taskIds.length > MOST_TASKS) {
      throw new ServiceError(
        'BAD_REQUEST',
        `${request.taskIds.length} task_ids: release at most ${MOST_TASKS} at once`,
      );
    }
    for (const taskId of request.taskIds) requireText('task_ids', taskId, ID);
    return await this.database.transaction(async (tx) => {
      await holdLog(tx);
      const now = this.clock();
      const tasks = await releaseTasks(tx, request.taskIds, annotator, now);
      return tasks + (await releaseSecondQuestions(tx, request.taskIds, annotator, now));
    });
  }
}
