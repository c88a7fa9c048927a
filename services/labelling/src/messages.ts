import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Annotator_Kind,
  BatchProgressSchema,
  Decision_Abstention,
  DecisionSchema,
  LabellingTask_State,
  LabellingTaskSchema,
  LabelSchema,
  Purpose,
  type BatchProgress,
  type Decision,
  type Label as LabelMessage,
  type LabellingTask,
} from '@spectrawl/contracts';
import type { Batch } from './batch.repository.ts';
import type { Answer } from './decision.ts';
import type { Label } from './label.repository.ts';
import type { SecondQuestion } from './second-question.repository.ts';
import { stateOf, type TaskState } from './task.ts';
import type { AskedTask } from './task.repository.ts';
import type { Abstention, AnnotatorKind, LabelPurpose } from './tables.ts';

const KINDS: Record<AnnotatorKind, Annotator_Kind> = {
  person: Annotator_Kind.PERSON,
  simulated: Annotator_Kind.SIMULATED,
  import: Annotator_Kind.IMPORT,
};

const PURPOSES: Record<LabelPurpose, Purpose> = {
  query: Purpose.QUERY,
  audit: Purpose.AUDIT,
  choice: Purpose.CHOICE,
  import: Purpose.IMPORT,
  overlap: Purpose.OVERLAP,
  repeat: Purpose.REPEAT,
  adjudication: Purpose.ADJUDICATION,
};

const ABSTENTIONS: Record<Abstention, Decision_Abstention> = {
  unsure: Decision_Abstention.UNSURE,
  skip: Decision_Abstention.SKIP,
};

const STATES: Record<TaskState, LabellingTask_State> = {
  open: LabellingTask_State.OPEN,
  leased: LabellingTask_State.LEASED,
  answered: LabellingTask_State.ANSWERED,
};

/** Why a spectrum was shown, as the contract says it. */
export function purposeMessage(purpose: LabelPurpose): Purpose {
  return PURPOSES[purpose];
}

function decisionMessage(answer: Answer): { decision?: Decision } {
  if (answer.class !== null) {
    return { decision: create(DecisionSchema, { answer: { case: 'class', value: answer.class } }) };
  }
  if (answer.abstention === null) return {};
  return {
    decision: create(DecisionSchema, { answer: { case: 'abstention', value: ABSTENTIONS[answer.abstention] } }),
  };
}

/** What a task message tells; tasks and second questions have it. */
type ShownTask = Omit<AskedTask, 'purpose'> & { purpose: LabelPurpose };

/** A second question as a task: blind, and of the iteration in which it is asked. */
export function askedAgain(
  second: SecondQuestion,
  { pool_id, model_id, classes }: Pick<Batch, 'pool_id' | 'model_id' | 'classes'>,
): ShownTask {
  const iteration = second.asked_iteration ?? second.iteration;
  return { ...second, pool_id, model_id, classes, iteration, reason: '', probabilities: [] };
}

/** @param now decides whether the task's lease still holds */
export function taskMessage(task: ShownTask, now: Date): LabellingTask {
  const state = stateOf(task, now);
  return create(LabellingTaskSchema, {
    taskId: task.task_id,
    campaignId: task.campaign_id,
    iteration: task.iteration,
    poolId: task.pool_id,
    spectrumId: task.spectrum_id,
    purpose: PURPOSES[task.purpose],
    reason: task.reason,
    rank: task.rank,
    probabilities: task.probabilities,
    modelId: task.model_id,
    classes: task.classes,
    state: STATES[state],
    annotator: state === 'open' ? '' : (task.annotator ?? ''),
    ...(state === 'leased' && task.lease_expire_time && { leaseExpireTime: timestampFromDate(task.lease_expire_time) }),
    ...decisionMessage(task),
  });
}

export function labelMessage(label: Label): LabelMessage {
  return create(LabelSchema, {
    position: BigInt(label.position),
    poolId: label.pool_id,
    spectrumId: label.spectrum_id,
    campaignId: label.campaign_id,
    iteration: label.iteration,
    taskId: label.task_id,
    purpose: PURPOSES[label.purpose],
    ...decisionMessage(label),
    retraction: label.retraction,
    annotator: { name: label.annotator, kind: KINDS[label.annotator_kind] },
    createTime: timestampFromDate(label.create_time),
    modelId: label.model_id,
    probabilitiesShown: label.probabilities_shown,
    comment: label.comment,
    aboutTaskId: label.about_task_id,
    ...(label.about_purpose && { aboutPurpose: PURPOSES[label.about_purpose] }),
  });
}

export function progressMessage(batch: Batch): BatchProgress {
  return create(BatchProgressSchema, {
    campaignId: batch.campaign_id,
    iteration: batch.iteration,
    tasks: batch.tasks,
    answered: batch.answered,
    unsure: batch.unsure,
    skipped: batch.skipped,
  });
}
