import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  SubmitLabelRequestSchema,
  SubmitLabelResponseSchema,
  type SubmitLabelRequest,
  type SubmitLabelResponse,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, LEDGER, LOGGER, type Clock } from '@spectrawl/runtime';
import { linkCurrentSpan, type Logger } from '@spectrawl/telemetry';
import { answeringAnnotator } from './annotator.ts';
import { answerOnce, repeatableRequest } from './answered-request.repository.ts';
import { updateBatch, type Batch } from './batch.repository.ts';
import { answerOf, recount, requireKnownClass } from './decision.ts';
import { appendLabel, holdLog, type Label } from './label.repository.ts';
import { countLabel } from './labelling-metrics.ts';
import { labelMessage, progressMessage } from './messages.ts';
import { aboutQuestion, lockQuestion, newestBatchOf, requireHolder } from './question.ts';
import { COMMENT, ID, requireText } from './request-text.ts';
import { sayBatchLabelled } from './say-batch-labelled.ts';
import { answerSecondQuestion } from './second-question.repository.ts';
import { isHeldByAnother } from './task.ts';
import { answerTask, type Task } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Answers a task, for the first time or anew. The answer to a batch's last task completes the batch. */
@Injectable()
export class SubmitLabel {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Anybody may correct an answered task: the log keeps who said what, and the later answer counts.
   * @throws {ServiceError} BAD_REQUEST, TASK_NOT_FOUND, TASK_LEASED, UNKNOWN_CLASS
   */
  async submit(request: SubmitLabelRequest): Promise<SubmitLabelResponse> {
    const repeatable = repeatableRequest(
      'SubmitLabel',
      'request_id',
      request.requestId,
      SubmitLabelRequestSchema,
      request,
    );
    const taskId = requireText('task_id', request.taskId, ID);
    const annotator = answeringAnnotator(request.annotator);
    const answer = answerOf(request.decision);
    const comment = requireText('comment', request.comment, COMMENT);
    // Of the last run: the database may run a transaction again.
    let isComplete = false;
    const response = await this.ledger.transaction(async (tx) => {
      await holdLog(tx.db);
      return await answerOnce(tx.db, repeatable, SubmitLabelResponseSchema, async () => {
        isComplete = false;
        const now = this.clock();
        const question = await lockQuestion(tx.db, taskId);
        linkCurrentSpan(question.batch.traceparent);
        requireKnownClass(answer, question.batch.classes, taskId);
        const append = () =>
          appendLabel(tx.db, {
            ...aboutQuestion(question),
            ...answer,
            retraction: false,
            annotator: annotator.name,
            annotator_kind: annotator.kind,
            create_time: now,
            comment,
          });
        if (question.kind === 'second') {
          requireHolder(question.second, annotator.name);
          await answerSecondQuestion(tx.db, taskId, answer);
          return responseOf(await append(), await newestBatchOf(tx.db, question));
        }
        const { task, batch } = question;
        requireNotHeldByAnother(task, annotator.name, now);
        await answerTask(tx.db, taskId, answer, annotator);
        const label = await append();
        const counts = recount(batch, task, answer);
        isComplete = batch.complete_time === null && counts.answered === batch.tasks;
        if (isComplete) sayBatchLabelled(tx, batch, label.position);
        const complete_time = isComplete ? now : batch.complete_time;
        return responseOf(label, await updateBatch(tx.db, batch, { ...counts, complete_time }));
      });
    });
    countLabel(answer, annotator.kind);
    const { campaignId, iteration } = response.progress ?? {};
    if (isComplete) this.log.info({ campaign: campaignId, iteration }, 'batch labelled');
    return response;
  }
}

function requireNotHeldByAnother(task: Task, annotator: string, now: Date): void {
  if (!isHeldByAnother(task, annotator, now)) return;
  throw new ServiceError(
    'TASK_LEASED',
    `"${task.annotator}" holds task ${task.task_id} until ${task.lease_expire_time?.toISOString()}: lease another task`,
  );
}

function responseOf(label: Label, batch: Batch): SubmitLabelResponse {
  return create(SubmitLabelResponseSchema, { label: labelMessage(label), progress: progressMessage(batch) });
}
