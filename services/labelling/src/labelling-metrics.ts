import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { ServiceDatabase } from '@spectrawl/database';
import { DATABASE } from '@spectrawl/runtime';
import { counter, gauge } from '@spectrawl/telemetry';
import type { Answer } from './decision.ts';
import type { AnsweringKind, LabellingTables } from './tables.ts';

const labels = counter('spectrawl.labelling.labels', {
  description: 'Answers to tasks, corrections among them, by who gave them and what they decided',
  unit: '{label}',
});

/** Counts an answer to a task; one that was sent again counts again. */
export function countLabel(answer: Answer, kind: AnsweringKind): void {
  labels.add(1, { 'spectrawl.annotator.kind': kind, 'spectrawl.label.decision': answer.abstention ?? 'class' });
}

/** Shows what waits for annotators. */
@Injectable()
export class LabellingMetrics implements OnModuleInit, OnModuleDestroy {
  #end: (() => void) | undefined;

  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<LabellingTables>) {}

  onModuleInit(): void {
    const description = 'Tasks of open batches that have no answer yet';
    this.#end = gauge('spectrawl.labelling.tasks.open', { description, unit: '{task}' }, async () => [
      { value: await this.#openTasks() },
    ]);
  }

  onModuleDestroy(): void {
    this.#end?.();
  }

  async #openTasks(): Promise<number> {
    const { tasks, answered } = await this.database.db
      .selectFrom('batch')
      .select((of) => [
        of.fn.sum<number | null>('tasks').as('tasks'),
        of.fn.sum<number | null>('answered').as('answered'),
      ])
      .where('complete_time', 'is', null)
      .executeTakeFirstOrThrow();
    return Number(tasks ?? 0) - Number(answered ?? 0);
  }
}
