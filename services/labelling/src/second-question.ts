import { createDraw, type Seed } from '@spectrawl/active-learning';
import { createHash } from 'node:crypto';
import type { AskedPurpose, SecondPurpose } from './tables.ts';
import { HASH_DIGITS } from './task.ts';

/** Shares of a batch's tasks whose question is put again. */
export interface SecondShares {
  overlap: number;
  repeat: number;
}

/** A task whose question is to be put again, and why. */
export interface ChosenQuestion {
  task_id: string;
  about_task_id: string;
  campaign_id: string;
  purpose: SecondPurpose;
}

interface BatchTask {
  task_id: string;
  campaign_id: string;
  iteration: number;
  spectrum_id: string;
  purpose: AskedPurpose;
}

/** Second questions come this many times as often as the shares say, until those that wait have been asked. */
const CATCHING_UP = 2;

/**
 * The id of the task that asks again, or settles, what a task asks. It looks like any other, so that nobody sees which are
 * asked twice.
 */
export function idOfTaskAbout(
  { campaign_id, iteration, spectrum_id }: BatchTask,
  purpose: SecondPurpose | 'adjudication',
): string {
  const key = `${campaign_id}\0${iteration}\0${spectrum_id}\0${purpose}`;
  const hash = createHash('sha256').update(key).digest('hex');
  return `${campaign_id}.${iteration}.${hash.slice(0, HASH_DIGITS)}`;
}

/**
 * Chooses whose questions are put again: each task by itself and by its spectrum's draw number of the iteration's seed, so that
 * campaigns of one seed choose alike. Both draws are independent, of each other and of what selection drew.
 */
export function chooseSecondQuestions(tasks: readonly BatchTask[], seed: Seed, shares: SecondShares): ChosenQuestion[] {
  return (['overlap', 'repeat'] as const).flatMap((purpose) => {
    const draw = createDraw(seed, purpose);
    return tasks
      .filter(({ spectrum_id }) => draw(spectrum_id) < shares[purpose])
      .map((task) => ({
        task_id: idOfTaskAbout(task, purpose),
        about_task_id: task.task_id,
        campaign_id: task.campaign_id,
        purpose,
      }));
  });
}

/**
 * How many of the tasks that an annotator takes now are to be second questions, while the batch has other ones.
 * @param taken tasks of the batch that this annotator holds or has answered, and second questions since it was opened
 */
export function secondQuestionsDue(taken: { tasks: number; second: number }, shares: SecondShares): number {
  const pace = Math.min(1, CATCHING_UP * (shares.overlap + shares.repeat));
  return Math.max(0, Math.floor(taken.tasks * pace) - taken.second);
}
