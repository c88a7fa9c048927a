import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  UndoLabelRequestSchema,
  UndoLabelResponseSchema,
  type UndoLabelRequest,
  type UndoLabelResponse,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, CONFIG, DATABASE, type Clock } from '@spectrawl/runtime';
import { answerOnce, repeatableRequest } from './answered-request.repository.ts';
import { lockBatch, updateBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { isAnswered, NO_ANSWER, recount } from './decision.ts';
import { appendLabel } from './label.repository.ts';
import { taskMessage } from './messages.ts';
import { ANNOTATOR_NAME, ID, requireText } from './request-text.ts';
import { leaseEnd } from './task.ts';
import { lockTask, reopenTask } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Takes back an annotator's own answer while the batch is not complete. */
@Injectable()
export class UndoLabel {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /** @throws {ServiceError} BAD_REQUEST, TASK_NOT_FOUND, NOTHING_TO_UNDO, BATCH_CLOSED */
  async undo(request: UndoLabelRequest): Promise<UndoLabelResponse> {
    const repeatable = repeatableRequest('UndoLabel', 'request_id', request.requestId, UndoLabelRequestSchema, request);
    const taskId = requireText('task_id', request.taskId, ID);
    const annotator = requireText('annotator', request.annotator, ANNOTATOR_NAME);
    return this.database.transaction((tx) =>
      answerOnce(tx, repeatable, UndoLabelResponseSchema, async () => {
        const now = this.clock();
        const task = await lockTask(tx, taskId);
        if (!isAnswered(task) || task.annotator !== annotator || task.annotator_kind === null) {
          const whose = isAnswered(task) ? `its answer is of "${task.annotator}"` : 'it has no answer';
          throw new ServiceError('NOTHING_TO_UNDO', `"${annotator}" can't undo task ${taskId}: ${whose}`);
        }
        const batch = await lockBatch(tx, task);
        if (batch.complete_time !== null) {
          throw new ServiceError(
            'BATCH_CLOSED',
            `batch ${batch.iteration} of campaign "${batch.campaign_id}" is complete and may train already: answer task ${taskId} again instead`,
          );
        }
        await updateBatch(tx, batch, { ...recount(batch, task, NO_ANSWER), complete_time: null });
        const reopened = await reopenTask(tx, taskId, leaseEnd(now, this.config.leaseSeconds));
        await appendLabel(tx, {
          pool_id: batch.pool_id,
          spectrum_id: task.spectrum_id,
          campaign_id: task.campaign_id,
          iteration: task.iteration,
          task_id: taskId,
          purpose: task.purpose,
          ...NO_ANSWER,
          retraction: true,
          annotator,
          annotator_kind: task.annotator_kind,
          create_time: now,
          model_id: batch.model_id,
          probabilities_shown: task.probabilities,
          comment: '',
        });
        return create(UndoLabelResponseSchema, { task: taskMessage({ ...batch, ...reopened }, now) });
      }),
    );
  }
}
