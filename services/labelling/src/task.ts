import { createHash } from 'node:crypto';
import { isAnswered, type Answer } from './decision.ts';

export type TaskState = 'open' | 'leased' | 'answered';

/** What tells the state of a task. */
export interface TaskHold extends Answer {
  annotator: string | null;
  lease_expire_time: Date | null;
}

/** Hexadecimal digits of a task id's hash. 64 bits keep the few hundred tasks of a batch apart. */
export const HASH_DIGITS = 16;

/** A lease that has ended leaves its task open, without anybody having to end it. */
export function stateOf(task: TaskHold, now: Date): TaskState {
  if (isAnswered(task)) return 'answered';
  return task.lease_expire_time !== null && task.lease_expire_time > now ? 'leased' : 'open';
}

/** Whether somebody else holds the task, so that `annotator` must not answer it now. */
export function isHeldByAnother(task: TaskHold, annotator: string, now: Date): boolean {
  return stateOf(task, now) === 'leased' && task.annotator !== annotator;
}

/** The id of the task that asks about a spectrum: the same, however often the batch is opened. */
export function taskIdOf(campaignId: string, iteration: number, spectrumId: string): string {
  const hash = createHash('sha256').update(`${campaignId}\0${iteration}\0${spectrumId}`).digest('hex');
  return `${campaignId}.${iteration}.${hash.slice(0, HASH_DIGITS)}`;
}

/**
 * The rows of a batch in the order in which they are asked: shuffled, queries among audits, so that the place tells nothing.
 * The order depends on the iteration's seed and the ids only, so that campaigns of one seed ask alike.
 */
export function inAskingOrder<Row extends { id: string }>(rows: readonly Row[], seed: bigint): Row[] {
  const draw = (id: string): string => createHash('sha256').update(`${seed}\0${id}`).digest('hex');
  return rows
    .map((row) => ({ row, draw: draw(row.id) }))
    .toSorted((a, b) => (a.draw < b.draw ? -1 : 1))
    .map(({ row }) => row);
}

/** When a lease that is given now ends. */
export function leaseEnd(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
