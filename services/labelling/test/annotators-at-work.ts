import { randomUUID } from 'node:crypto';
import { Annotator_Kind, Decision_Abstention, type Label, type LabellingTask } from '@spectrawl/contracts';
import { vi } from 'vitest';
import type { LabellingAtWork } from './labelling-at-work.ts';
import type { Question } from './selection-stand-in.ts';

export const person = (name: string) => ({ name, kind: Annotator_Kind.PERSON });
export type Annotator = ReturnType<typeof person>;

/** A class, 'unsure' or 'skip' as the contract says it. */
export function decisionOf(answer: string) {
  const abstention = { unsure: Decision_Abstention.UNSURE, skip: Decision_Abstention.SKIP }[answer];
  return abstention === undefined
    ? { answer: { case: 'class' as const, value: answer } }
    : { answer: { case: 'abstention' as const, value: abstention } };
}

/** Annotators who take and answer tasks of a labelling service. */
export class AnnotatorsAtWork {
  readonly #at: LabellingAtWork;

  constructor(at: LabellingAtWork) {
    this.#at = at;
  }

  /** Draws a batch and waits until its tasks are there. */
  async ask(campaignId: string, iteration: number, asked: readonly Question[]): Promise<LabellingTask[]> {
    await this.#at.selection.store(campaignId, iteration, asked);
    await this.#at.selection.say(campaignId, iteration, asked.length);
    const isOpen = async (): Promise<void> => {
      const { progress } = await this.#at.labelling.getBatchProgress({ campaignId });
      if (progress?.iteration !== iteration) throw new Error(`batch ${iteration} of ${campaignId} is not open`);
    };
    await vi.waitFor(isOpen, { timeout: 30_000, interval: 20 });
    return (await this.#at.labelling.listTasks({ campaignId, iteration, pageSize: 1000 })).tasks;
  }

  async lease(campaignId: string, annotator: Annotator, maxTasks = 100): Promise<LabellingTask[]> {
    return (await this.#at.labelling.leaseTasks({ campaignId, annotator, maxTasks })).tasks;
  }

  submit(taskId: string, annotator: Annotator, answer = 'absorption') {
    return this.#at.labelling.submitLabel({
      requestId: randomUUID(),
      taskId,
      annotator,
      decision: decisionOf(answer),
    });
  }

  /** Answers everything that the annotator is given, until there is nothing more. @returns the tasks */
  async answerAll(
    campaignId: string,
    annotator: Annotator,
    answerOf: (task: LabellingTask) => string = () => 'absorption',
  ): Promise<LabellingTask[]> {
    const answered: LabellingTask[] = [];
    for (;;) {
      const tasks = await this.lease(campaignId, annotator, 5);
      if (tasks.length === 0) return answered;
      for (const task of tasks) await this.submit(task.taskId, annotator, answerOf(task));
      answered.push(...tasks);
    }
  }

  /** The log of a campaign, imports left out. */
  async log(campaignId: string, effectiveOnly = false): Promise<Label[]> {
    const labels: Label[] = [];
    for await (const batch of this.#at.labelling.listLabels({ campaignId, effectiveOnly }))
      labels.push(...batch.labels);
    return labels.filter((label) => label.campaignId === campaignId);
  }
}
