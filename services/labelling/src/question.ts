import type { Kysely } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { findNewestBatch, lockBatch, type Batch } from './batch.repository.ts';
import type { NewLabel } from './label.repository.ts';
import { lockSecondQuestion, type SecondQuestion } from './second-question.repository.ts';
import { lockTask, taskNotFound, type Task } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** What a task id names: a task of a batch, or a second question about one; with the batch of that task. */
export type Question =
  { kind: 'task'; task: Task; batch: Batch } | { kind: 'second'; second: SecondQuestion; batch: Batch };

/** Finds a question and keeps others from changing it until the transaction ends. @throws {ServiceError} TASK_NOT_FOUND */
export async function lockQuestion(tx: Kysely<LabellingTables>, taskId: string): Promise<Question> {
  const task = await lockTask(tx, taskId);
  if (task) return { kind: 'task', task, batch: await lockBatch(tx, task) };
  const second = await lockSecondQuestion(tx, taskId);
  if (!second) throw taskNotFound(taskId);
  return { kind: 'second', second, batch: await lockBatch(tx, second) };
}

/** What the log says of a question, whatever is answered. */
export function aboutQuestion(
  question: Question,
): Pick<
  NewLabel,
  | 'pool_id'
  | 'spectrum_id'
  | 'campaign_id'
  | 'iteration'
  | 'task_id'
  | 'purpose'
  | 'model_id'
  | 'probabilities_shown'
  | 'about_task_id'
  | 'about_purpose'
> {
  const { pool_id, model_id, campaign_id } = question.batch;
  const ofBatch = { pool_id, model_id, campaign_id };
  if (question.kind === 'task') {
    const { spectrum_id, iteration, task_id, purpose, probabilities } = question.task;
    return {
      ...ofBatch,
      spectrum_id,
      iteration,
      task_id,
      purpose,
      probabilities_shown: probabilities,
      about_task_id: '',
      about_purpose: null,
    };
  }
  const { spectrum_id, task_id, purpose, about_task_id, about_purpose } = question.second;
  return {
    ...ofBatch,
    spectrum_id,
    task_id,
    purpose,
    about_task_id,
    about_purpose,
    iteration: question.second.asked_iteration ?? question.second.iteration,
    probabilities_shown: [],
  };
}

/** The campaign's newest batch, whose progress annotators see. */
export async function newestBatchOf(tx: Kysely<LabellingTables>, { batch }: Question): Promise<Batch> {
  return (await findNewestBatch(tx, batch.campaign_id)) ?? batch;
}

/** Second questions are blind: only who was given one can answer it. @throws {ServiceError} TASK_LEASED */
export function requireHolder({ task_id, annotator }: SecondQuestion, by: string): void {
  if (annotator === by) return;
  throw new ServiceError(
    'TASK_LEASED',
    `task ${task_id} is not "${by}"'s: it was given back, or its lease ended and somebody else has it; lease another task`,
  );
}
