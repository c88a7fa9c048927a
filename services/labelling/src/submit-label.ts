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
import { lockBatch, updateBatch } from './batch.repository.ts';
import { answerOf, recount, requireKnownClass } from './decision.ts';
import { appendLabel } from './label.repository.ts';
import { countLabel } from './labelling-metrics.ts';
import { labelMessage, progressMessage } from './messages.ts';
import { COMMENT, ID, requireText } from './request-text.ts';
import { sayBatchLabelled } from './say-batch-labelled.ts';
import { isHeldByAnother } from './task.ts';
import { answerTask, lockTask } from './task.repository.ts';
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
    const response = await this.ledger.transaction((tx) =>
      answerOnce(tx.db, repeatable, SubmitLabelResponseSchema, async () => {
        const now = this.clock();
        const task = await lockTask(tx.db, taskId);
        if (isHeldByAnother(task, annotator.name, now)) {
          throw new ServiceError(
            'TASK_LEASED',
            `"${task.annotator}" holds task ${taskId} until ${task.lease_expire_time?.toISOString()}: lease another task`,
          );
        }
        const batch = await lockBatch(tx.db, task);
        linkCurrentSpan(batch.traceparent);
        requireKnownClass(answer, batch.classes, taskId);
        await answerTask(tx.db, taskId, answer, annotator);
        const counts = recount(batch, task, answer);
        const label = await appendLabel(tx.db, {
          pool_id: batch.pool_id,
          spectrum_id: task.spectrum_id,
          campaign_id: task.campaign_id,
          iteration: task.iteration,
          task_id: taskId,
          purpose: task.purpose,
          ...answer,
          retraction: false,
          annotator: annotator.name,
          annotator_kind: annotator.kind,
          create_time: now,
          model_id: batch.model_id,
          probabilities_shown: task.probabilities,
          comment,
        });
        const completes = batch.complete_time === null && counts.answered === batch.tasks;
        isComplete = completes;
        if (completes) sayBatchLabelled(tx, batch, label.position);
        const complete_time = completes ? now : batch.complete_time;
        const updated = await updateBatch(tx.db, batch, { ...counts, complete_time });
        return create(SubmitLabelResponseSchema, { label: labelMessage(label), progress: progressMessage(updated) });
      }),
    );
    countLabel(answer, annotator.kind);
    const { campaignId, iteration } = response.progress ?? {};
    if (isComplete) this.log.info({ campaign: campaignId, iteration }, 'batch labelled');
    return response;
  }
}
