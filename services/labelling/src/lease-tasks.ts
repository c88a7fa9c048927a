import { Inject, Injectable } from '@nestjs/common';
import type { LabellingTask, LeaseTasksRequest } from '@spectrawl/contracts';
import type { Kysely, ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, CONFIG, DATABASE, type Clock } from '@spectrawl/runtime';
import { answeringAnnotator } from './annotator.ts';
import { findNewestBatch, type Batch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { holdLog } from './label.repository.ts';
import { askedAgain, taskMessage } from './messages.ts';
import { secondQuestionsDue } from './second-question.ts';
import {
  countSecondQuestions,
  leaseSecondQuestions,
  pickSecondQuestions,
  type SecondQuestion,
} from './second-question.repository.ts';
import { leaseEnd } from './task.ts';
import { countTasksOf, leaseTasks, pickTasks } from './task.repository.ts';
import { ID, requireText } from './request-text.ts';
import type { LabellingTables } from './tables.ts';

/** As the contract has it. */
const MOST_TASKS = 100;

/**
 * Hands open tasks of a campaign's newest batch to an annotator, and renews the annotator's own leases. Persons are also given
 * second questions: now and then while the batch has tasks for them, and what is left of them when it has none.
 */
@Injectable()
export class LeaseTasks {
  constructor(
    @Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
  ) {}

  /**
   * @returns the annotator's own tasks first, then others, each by rank; none when nothing waits for this annotator
   * @throws {ServiceError} BAD_REQUEST
   */
  async lease(request: LeaseTasksRequest): Promise<LabellingTask[]> {
    const campaignId = requireText('campaign_id', request.campaignId, ID);
    const annotator = answeringAnnotator(request.annotator);
    if (request.maxTasks < 0 || request.maxTasks > MOST_TASKS) {
      throw new ServiceError('BAD_REQUEST', `max_tasks is ${request.maxTasks}: ask for 1 to ${MOST_TASKS}, or 0 for 1`);
    }
    const most = request.maxTasks || 1;
    return await this.database.transaction(async (tx) => {
      await holdLog(tx);
      const now = this.clock();
      const batch = await findNewestBatch(tx, campaignId);
      if (batch === undefined) return [];
      const open = batch.complete_time === null ? await pickTasks(tx, batch, annotator.name, now, most) : [];
      const second = annotator.kind === 'person' ? await this.#second(tx, batch, annotator.name, now, most, open) : [];
      const tasks = open.slice(0, most - second.length);
      const held = new Set(
        [...tasks, ...second].filter((one) => one.annotator === annotator.name).map(({ task_id }) => task_id),
      );
      const until = leaseEnd(now, this.config.leaseSeconds);
      const asked = { iteration: batch.iteration, time: now, until };
      const leased = [
        ...(await leaseTasks(tx, tasks, annotator, until)).map((task) => ({ ...batch, ...task })),
        ...(await leaseSecondQuestions(tx, second, annotator, asked)).map((one) => askedAgain(one, batch)),
      ];
      const isFresh = ({ task_id }: { task_id: string }): number => Number(!held.has(task_id));
      return leased
        .toSorted((a, b) => isFresh(a) - isFresh(b) || a.rank - b.rank)
        .map((task) => taskMessage(task, now));
    });
  }

  /** The second questions that belong among at most `most` tasks, when these of the batch could be had. */
  async #second(
    tx: Kysely<LabellingTables>,
    batch: Batch,
    annotator: string,
    now: Date,
    most: number,
    open: readonly { annotator: string | null }[],
  ): Promise<SecondQuestion[]> {
    const { overlap, repeats } = this.config;
    const times = { now, answeredBefore: new Date(now.getTime() - repeats.leastAgeSeconds * 1000) };
    const waiting = await pickSecondQuestions(tx, batch, annotator, times, most);
    if (waiting.length === 0) return [];
    const isHeld = (one: { annotator: string | null }): boolean => one.annotator === annotator;
    const held = { open: open.filter(isHeld).length, second: waiting.filter(isHeld).length };
    const room = Math.max(0, most - held.open - held.second);
    const taken = {
      tasks: await countTasksOf(tx, batch, annotator),
      second: await countSecondQuestions(tx, batch.campaign_id, annotator, batch.open_time),
    };
    const due = secondQuestionsDue(taken, { overlap: overlap.share, repeat: repeats.share });
    const unfilled = room - (open.length - held.open);
    const fresh = Math.min(room, Math.max(due, unfilled));
    return waiting.slice(0, Math.min(most - held.open, held.second + fresh));
  }
}
