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
import { updateBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { isAnswered, NO_ANSWER, recount } from './decision.ts';
import { appendLabel, holdLog } from './label.repository.ts';
import { askedAgain, taskMessage } from './messages.ts';
import { aboutQuestion, lockQuestion } from './question.ts';
import { ANNOTATOR_NAME, ID, requireText } from './request-text.ts';
import { leaseEnd } from './task.ts';
import { answerSecondQuestion } from './second-question.repository.ts';
import { reopenTask } from './task.repository.ts';
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
    return await this.database.transaction(async (tx) => {
      await holdLog(tx);
      return await answerOnce(tx, repeatable, UndoLabelResponseSchema, async () => {
        const now = this.clock();
        const leaseUntil = leaseEnd(now, this.config.leaseSeconds);
        const question = await lockQuestion(tx, taskId);
        const { batch } = question;
        const answered = question.kind === 'task' ? question.task : question.second;
        if (!isAnswered(answered) || answered.annotator !== annotator || answered.annotator_kind === null) {
          const whose = isAnswered(answered) ? `its answer is of "${answered.annotator}"` : 'it has no answer';
          throw new ServiceError('NOTHING_TO_UNDO', `"${annotator}" can't undo task ${taskId}: ${whose}`);
        }
        await appendLabel(tx, {
          ...aboutQuestion(question),
          ...NO_ANSWER,
          retraction: true,
          annotator,
          annotator_kind: answered.annotator_kind,
          create_time: now,
          comment: '',
        });
        if (question.kind === 'second') {
          await answerSecondQuestion(tx, taskId, NO_ANSWER, leaseUntil);
          const task = askedAgain({ ...question.second, ...NO_ANSWER, lease_expire_time: leaseUntil }, batch);
          return create(UndoLabelResponseSchema, { task: taskMessage(task, now) });
        }
        if (batch.complete_time !== null) {
          throw new ServiceError(
            'BATCH_CLOSED',
            `batch ${batch.iteration} of campaign "${batch.campaign_id}" is complete and may train already: answer task ${taskId} again instead`,
          );
        }
        await updateBatch(tx, batch, { ...recount(batch, question.task, NO_ANSWER), complete_time: null });
        const reopened = await reopenTask(tx, taskId, leaseUntil);
        return create(UndoLabelResponseSchema, { task: taskMessage({ ...batch, ...reopened }, now) });
      });
    });
  }
}
