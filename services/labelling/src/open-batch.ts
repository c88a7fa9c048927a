import { Inject, Injectable } from '@nestjs/common';
import type { BatchSelected } from '@spectrawl/contracts';
import { UnprocessableEventError, type Ledger } from '@spectrawl/event-bus';
import type { ObjectStore } from '@spectrawl/object-store';
import { bytesSource, readBatch } from '@spectrawl/pool';
import { CLOCK, CONFIG, LEDGER, LOGGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import { currentTraceparent, type Logger } from '@spectrawl/telemetry';
import { insertBatch } from './batch.repository.ts';
import type { LabellingConfig } from './config.ts';
import { lastPosition } from './label.repository.ts';
import { sayBatchLabelled } from './say-batch-labelled.ts';
import { readAskingPlan, tasksOf, type AskingPlan } from './selected-batch.ts';
import { chooseSecondQuestions } from './second-question.ts';
import { insertSecondQuestions } from './second-question.repository.ts';
import { insertTasks, type NewTask } from './task.repository.ts';
import type { LabellingTables } from './tables.ts';

/** Opens the tasks of a batch that selection has drawn, once, however often the event comes. */
@Injectable()
export class OpenBatch {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<LabellingTables>,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: LabellingConfig,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * A batch without rows is complete at once.
   * @throws {UnprocessableEventError} when the stored batch or plan can't be understood; no later attempt would help
   */
  async open(selected: BatchSelected, eventId: string): Promise<void> {
    const { campaignId, iteration, modelId } = selected;
    const { plan, tasks } = await this.#read(selected);
    const now = this.clock();
    const traceparent = currentTraceparent() ?? '';
    const { overlap, repeats } = this.config;
    const chosen = chooseSecondQuestions(tasks, plan.seed, { overlap: overlap.share, repeat: repeats.share });
    const opened = await this.ledger.transaction(async (tx) => {
      if (!(await tx.firstTime(eventId))) return false;
      const isNew = await insertBatch(tx.db, {
        campaign_id: campaignId,
        iteration,
        pool_id: plan.poolId,
        model_id: modelId,
        classes: plan.classes,
        tasks: tasks.length,
        open_time: now,
        complete_time: tasks.length === 0 ? now : null,
        traceparent,
      });
      if (!isNew) return false;
      await insertTasks(tx.db, tasks);
      await insertSecondQuestions(tx.db, chosen);
      if (tasks.length === 0) {
        sayBatchLabelled(tx, { campaign_id: campaignId, iteration, traceparent }, await lastPosition(tx.db));
      }
      return true;
    });
    if (opened) this.log.info({ campaign: campaignId, iteration, tasks: tasks.length }, 'batch opened');
  }

  async #read(selected: BatchSelected): Promise<{ plan: AskingPlan; tasks: NewTask[] }> {
    const planJson = new TextDecoder().decode(await this.objects.get(selected.planKey));
    const batchBytes = await this.objects.get(selected.batchKey);
    try {
      const plan = readAskingPlan(planJson);
      const tasks = tasksOf(await readBatch(bytesSource(batchBytes)), plan, selected);
      if (tasks.length !== selected.tasks) {
        throw new RangeError(`the batch has ${tasks.length} rows, but ${selected.tasks} were said to be in it`);
      }
      return { plan, tasks };
    } catch (error) {
      throw new UnprocessableEventError(
        `iteration ${selected.iteration} of campaign "${selected.campaignId}" can't be asked: ` +
          `${error instanceof Error ? error.message : String(error)} (${selected.planKey}, ${selected.batchKey})`,
        { cause: error },
      );
    }
  }
}
