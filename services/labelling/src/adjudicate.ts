import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  AdjudicateRequestSchema,
  AdjudicateResponseSchema,
  type AdjudicateRequest,
  type AdjudicateResponse,
} from '@spectrawl/contracts';
import type { ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, DATABASE, type Clock } from '@spectrawl/runtime';
import { answeringAnnotator } from './annotator.ts';
import { answerOnce, repeatableRequest } from './answered-request.repository.ts';
import { lockBatch } from './batch.repository.ts';
import { answerOf, isAnswered, requireKnownClass } from './decision.ts';
import { appendLabel, holdLog } from './label.repository.ts';
import { labelMessage } from './messages.ts';
import { COMMENT, ID, requireText } from './request-text.ts';
import { idOfTaskAbout } from './second-question.ts';
import { lockTask, taskNotFound } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Settles what answers to a task disagree about. The task and its batch stay as they are: the log has one answer more. */
@Injectable()
export class Adjudicate {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Taking back the first answer does not take back what settled it: an adjudication is a task of its own.
   * @throws {ServiceError} BAD_REQUEST, TASK_NOT_FOUND, NOTHING_TO_ADJUDICATE, UNKNOWN_CLASS
   */
  async adjudicate(request: AdjudicateRequest): Promise<AdjudicateResponse> {
    const repeatable = repeatableRequest(
      'Adjudicate',
      'request_id',
      request.requestId,
      AdjudicateRequestSchema,
      request,
    );
    const taskId = requireText('task_id', request.taskId, ID);
    const annotator = answeringAnnotator(request.annotator);
    const answer = answerOf(request.decision);
    const comment = requireText('comment', request.comment, COMMENT);
    if (answer.abstention === 'skip') {
      throw new ServiceError(
        'BAD_REQUEST',
        `skipping settles nothing: give task ${taskId} a class, or ABSTENTION_UNSURE`,
      );
    }
    return await this.database.transaction(async (tx) => {
      await holdLog(tx);
      return await answerOnce(tx, repeatable, AdjudicateResponseSchema, async () => {
        const task = await lockTask(tx, taskId);
        if (!task) throw taskNotFound(taskId);
        if (!isAnswered(task)) {
          throw new ServiceError(
            'NOTHING_TO_ADJUDICATE',
            `task ${taskId} has no answer: it waits for one in its batch`,
          );
        }
        const batch = await lockBatch(tx, task);
        requireKnownClass(answer, batch.classes, taskId);
        const label = await appendLabel(tx, {
          pool_id: batch.pool_id,
          spectrum_id: task.spectrum_id,
          campaign_id: task.campaign_id,
          iteration: task.iteration,
          task_id: idOfTaskAbout(task, 'adjudication'),
          purpose: 'adjudication',
          ...answer,
          retraction: false,
          annotator: annotator.name,
          annotator_kind: annotator.kind,
          create_time: this.clock(),
          model_id: batch.model_id,
          probabilities_shown: [],
          comment,
          about_task_id: taskId,
          about_purpose: task.purpose,
        });
        return create(AdjudicateResponseSchema, { label: labelMessage(label) });
      });
    });
  }
}
