import { jsonb, type Insertable, type Kysely, type Selectable } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import type { AnsweringAnnotator } from './annotator.ts';
import { NO_ANSWER, type Answer } from './decision.ts';
import type { LabellingTables } from './tables.ts';

export type Task = Selectable<LabellingTables['task']>;
export type NewTask = Insertable<LabellingTables['task']>;

/** A task that nobody was given yet. */
export const NEVER_TAKEN = { annotator: null, annotator_kind: null, lease_expire_time: null, ...NO_ANSWER };

/** A task and what it has from its batch. */
export type AskedTask = Task & Pick<Selectable<LabellingTables['batch']>, 'pool_id' | 'model_id' | 'classes'>;

/** Rows of one INSERT: with 13 columns far below PostgreSQL's 65,535 parameters. */
const INSERT_ROWS = 1000;

export async function insertTasks(tx: Kysely<LabellingTables>, tasks: readonly NewTask[]): Promise<void> {
  for (let from = 0; from < tasks.length; from += INSERT_ROWS) {
    const rows = tasks.slice(from, from + INSERT_ROWS);
    await tx
      .insertInto('task')
      .values(rows.map((task) => ({ ...task, probabilities: jsonb(task.probabilities) })))
      .execute();
  }
}

/** Keeps others from changing the task until the transaction ends. */
export function lockTask(tx: Kysely<LabellingTables>, taskId: string): Promise<Task | undefined> {
  return tx.selectFrom('task').selectAll().where('task_id', '=', taskId).forUpdate().executeTakeFirst();
}

export function taskNotFound(taskId: string): ServiceError {
  return new ServiceError('TASK_NOT_FOUND', `there is no task "${taskId}": take task ids from LeaseTasks or ListTasks`);
}

/** The tasks of a batch that ask about one of the spectra. */
export function tasksAbout(
  tx: Kysely<LabellingTables>,
  batch: { campaign_id: string; iteration: number },
  spectrumIds: readonly string[],
): Promise<Pick<Task, 'task_id' | 'spectrum_id'>[]> {
  return tx
    .selectFrom('task')
    .select(['task_id', 'spectrum_id'])
    .where('campaign_id', '=', batch.campaign_id)
    .where('iteration', '=', batch.iteration)
    .where('spectrum_id', 'in', spectrumIds)
    .execute();
}

/** Tasks of a batch that the annotator holds or has answered. */
export async function countTasksOf(
  tx: Kysely<LabellingTables>,
  batch: { campaign_id: string; iteration: number },
  annotator: string,
): Promise<number> {
  const { count } = await tx
    .selectFrom('task')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('campaign_id', '=', batch.campaign_id)
    .where('iteration', '=', batch.iteration)
    .where('annotator', '=', annotator)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Closes a task with an answer. */
export async function answerTask(
  tx: Kysely<LabellingTables>,
  taskId: string,
  answer: Answer,
  by: AnsweringAnnotator,
): Promise<void> {
  const { class: className, abstention } = answer;
  await tx
    .updateTable('task')
    .set({ class: className, abstention, annotator: by.name, annotator_kind: by.kind, lease_expire_time: null })
    .where('task_id', '=', taskId)
    .execute();
}

/** Opens an answered task again, for the one who had answered it. */
export function reopenTask(tx: Kysely<LabellingTables>, taskId: string, leaseUntil: Date): Promise<Task> {
  return tx
    .updateTable('task')
    .set({ ...NO_ANSWER, lease_expire_time: leaseUntil })
    .where('task_id', '=', taskId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Picks tasks that the annotator may have: first those that are leased to this annotator, then the open ones, each by rank.
 * What another transaction is picking or answering at this moment is passed over.
 * @returns their ids in that order, and whose they are
 */
export async function pickTasks(
  tx: Kysely<LabellingTables>,
  batch: { campaign_id: string; iteration: number },
  annotator: string,
  now: Date,
  most: number,
): Promise<{ task_id: string; annotator: string | null }[]> {
  return tx
    .selectFrom('task')
    .select(['task_id', 'annotator'])
    .where('campaign_id', '=', batch.campaign_id)
    .where('iteration', '=', batch.iteration)
    .where('class', 'is', null)
    .where('abstention', 'is', null)
    .where(({ eb, or }) =>
      or([eb('annotator', '=', annotator), eb('lease_expire_time', 'is', null), eb('lease_expire_time', '<=', now)]),
    )
    .orderBy(({ case: when }) => when().when('annotator', '=', annotator).then(0).else(1).end())
    .orderBy('rank')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Leases tasks, or renews their leases. */
export async function leaseTasks(
  tx: Kysely<LabellingTables>,
  tasks: readonly { task_id: string }[],
  to: AnsweringAnnotator,
  until: Date,
): Promise<Task[]> {
  if (tasks.length === 0) return [];
  return tx
    .updateTable('task')
    .set({ annotator: to.name, annotator_kind: to.kind, lease_expire_time: until })
    .where(
      'task_id',
      'in',
      tasks.map(({ task_id }) => task_id),
    )
    .returningAll()
    .execute();
}

/** Gives back those of the tasks that are leased to the annotator. @returns how many */
export async function releaseTasks(
  tx: Kysely<LabellingTables>,
  taskIds: readonly string[],
  annotator: string,
  now: Date,
): Promise<number> {
  if (taskIds.length === 0) return 0;
  // Locked in one order, so that two such calls can't each wait for the other.
  const held = await tx
    .selectFrom('task')
    .select('task_id')
    .where('task_id', 'in', taskIds)
    .where('annotator', '=', annotator)
    .where('lease_expire_time', '>', now)
    .orderBy('task_id')
    .forUpdate()
    .execute();
  if (held.length === 0) return 0;
  await tx
    .updateTable('task')
    .set({ annotator: null, annotator_kind: null, lease_expire_time: null })
    .where(
      'task_id',
      'in',
      held.map(({ task_id }) => task_id),
    )
    .execute();
  return held.length;
}

/** A page of a campaign's tasks, by iteration and rank, after the place where the page before ended. */
export async function listTasks(
  db: Kysely<LabellingTables>,
  filter: { campaignId: string; iteration: number | undefined; after: { iteration: number; rank: number } | undefined },
  most: number,
): Promise<AskedTask[]> {
  const { campaignId, iteration, after } = filter;
  return db
    .selectFrom('task')
    .innerJoin('batch', (join) =>
      join.onRef('batch.campaign_id', '=', 'task.campaign_id').onRef('batch.iteration', '=', 'task.iteration'),
    )
    .selectAll('task')
    .select(['batch.pool_id', 'batch.model_id', 'batch.classes'])
    .where('task.campaign_id', '=', campaignId)
    .$if(iteration !== undefined, (query) => query.where('task.iteration', '=', iteration!))
    .$if(after !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('task.iteration', 'task.rank'), '>', tuple(after!.iteration, after!.rank)),
      ),
    )
    .orderBy('task.iteration')
    .orderBy('task.rank')
    .limit(most)
    .execute();
}
