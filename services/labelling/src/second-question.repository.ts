import type { Kysely, Selectable } from '@spectrawl/database';
import type { AnsweringAnnotator } from './annotator.ts';
import type { BatchKey } from './batch.repository.ts';
import { NO_ANSWER, type Answer } from './decision.ts';
import type { ChosenQuestion } from './second-question.ts';
import type { LabellingTables } from './tables.ts';
import type { Task } from './task.repository.ts';

/** A question that is put again, with what it has from the task that it is about. */
export type SecondQuestion = Selectable<LabellingTables['second_question']> &
  Pick<Task, 'iteration' | 'rank' | 'spectrum_id'> & { about_purpose: Task['purpose'] };

/** Rows of one INSERT: with 4 columns far below PostgreSQL's 65,535 parameters. */
const INSERT_ROWS = 1000;

export async function insertSecondQuestions(
  tx: Kysely<LabellingTables>,
  chosen: readonly ChosenQuestion[],
): Promise<void> {
  for (let from = 0; from < chosen.length; from += INSERT_ROWS) {
    await tx
      .insertInto('second_question')
      .values(chosen.slice(from, from + INSERT_ROWS).map((one) => ({ ...one, ...NEVER_ASKED })))
      .execute();
  }
}

const NEVER_ASKED = {
  asked_iteration: null,
  ask_time: null,
  annotator: null,
  annotator_kind: null,
  lease_expire_time: null,
  ...NO_ANSWER,
};

/** Keeps others from changing it until the transaction ends. */
export function lockSecondQuestion(tx: Kysely<LabellingTables>, taskId: string): Promise<SecondQuestion | undefined> {
  return withTask(tx).where('second_question.task_id', '=', taskId).forUpdate('second_question').executeTakeFirst();
}

function withTask(db: Kysely<LabellingTables>) {
  return db
    .selectFrom('second_question')
    .innerJoin('task', 'task.task_id', 'second_question.about_task_id')
    .selectAll('second_question')
    .select(['task.iteration', 'task.rank', 'task.spectrum_id', 'task.purpose as about_purpose']);
}

/**
 * Second questions of a campaign that a person may have: first those that this person holds, then, oldest first, overlaps of
 * tasks that others only have answered, and repeats of what this person answered in an earlier iteration and before `answeredBefore`.
 * What was skipped at first is not put again.
 */
export function pickSecondQuestions(
  tx: Kysely<LabellingTables>,
  newest: BatchKey,
  annotator: string,
  times: { now: Date; answeredBefore: Date },
  most: number,
): Promise<SecondQuestion[]> {
  return withTask(tx)
    .where('second_question.campaign_id', '=', newest.campaign_id)
    .where('second_question.class', 'is', null)
    .where('second_question.abstention', 'is', null)
    .where(({ eb, or, and, exists, not, selectFrom }) => {
      const answers = selectFrom('label')
        .select('label.position')
        .whereRef('label.task_id', '=', 'task.task_id')
        .where('label.annotator', '=', annotator);
      const isHeldByNobody = or([
        eb('second_question.lease_expire_time', 'is', null),
        eb('second_question.lease_expire_time', '<=', times.now),
      ]);
      const isForAnother = and([eb('second_question.purpose', '=', 'overlap'), not(exists(answers))]);
      const isForThisOne = and([
        eb('second_question.purpose', '=', 'repeat'),
        eb('task.annotator', '=', annotator),
        eb('task.annotator_kind', '=', 'person'),
        eb('task.iteration', '<', newest.iteration),
        not(exists(answers.where('label.create_time', '>', times.answeredBefore))),
      ]);
      const isAnswered = or([eb('task.class', 'is not', null), eb('task.abstention', '=', 'unsure')]);
      return or([
        eb('second_question.annotator', '=', annotator),
        and([isHeldByNobody, isAnswered, or([isForAnother, isForThisOne])]),
      ]);
    })
    .orderBy(({ case: when }) => when().when('second_question.annotator', '=', annotator).then(0).else(1).end())
    .orderBy('task.iteration')
    .orderBy('task.rank')
    .limit(most)
    .execute();
}

/** Second questions that the annotator has taken, answered ones too, since a moment. */
export async function countSecondQuestions(
  tx: Kysely<LabellingTables>,
  campaignId: string,
  annotator: string,
  since: Date,
): Promise<number> {
  const { count } = await tx
    .selectFrom('second_question')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('campaign_id', '=', campaignId)
    .where('annotator', '=', annotator)
    .where('ask_time', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Leases second questions; those that the annotator has had already keep when they were asked. */
export async function leaseSecondQuestions(
  tx: Kysely<LabellingTables>,
  questions: readonly SecondQuestion[],
  to: AnsweringAnnotator,
  asked: { iteration: number; time: Date; until: Date },
): Promise<SecondQuestion[]> {
  const leased: SecondQuestion[] = [];
  for (const question of questions) {
    const isRenewed = question.annotator === to.name;
    const change = {
      annotator: to.name,
      annotator_kind: to.kind,
      lease_expire_time: asked.until,
      asked_iteration: isRenewed ? question.asked_iteration : asked.iteration,
      ask_time: isRenewed ? question.ask_time : asked.time,
    };
    await tx.updateTable('second_question').set(change).where('task_id', '=', question.task_id).execute();
    leased.push({ ...question, ...change });
  }
  return leased;
}

/** Stores the answer of the one who holds the question; none, with a new lease, where it is taken back. */
export async function answerSecondQuestion(
  tx: Kysely<LabellingTables>,
  taskId: string,
  { class: className, abstention }: Answer,
  leaseUntil: Date | null = null,
): Promise<void> {
  await tx
    .updateTable('second_question')
    .set({ class: className, abstention, lease_expire_time: leaseUntil })
    .where('task_id', '=', taskId)
    .execute();
}

/** Gives back those of the questions that are leased to the annotator. @returns how many */
export async function releaseSecondQuestions(
  tx: Kysely<LabellingTables>,
  taskIds: readonly string[],
  annotator: string,
  now: Date,
): Promise<number> {
  if (taskIds.length === 0) return 0;
  const { numUpdatedRows } = await tx
    .updateTable('second_question')
    .set(NEVER_ASKED)
    .where('task_id', 'in', taskIds)
    .where('annotator', '=', annotator)
    .where('lease_expire_time', '>', now)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
