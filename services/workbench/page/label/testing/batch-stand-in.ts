import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, createRouterTransport } from '@connectrpc/connect';
import {
  IngestionService,
  LabellingService,
  LabellingTask_State,
  LabellingTaskSchema,
  type Decision,
  type LabellingTask,
} from '@spectrawl/contracts';
import { answerOf, answerText } from '../decision.ts';
import type { LabelServices } from '../label-session.ts';

const CLASSES = ['absorption', 'single-peak', 'double-peak'];

/** Labelling and ingestion over one batch, reached as the page reaches the real ones; it can be cut off. */
export class BatchStandIn {
  /** What the log says: spectrum and answer, `undo` where one is taken back. */
  readonly log: string[] = [];
  readonly tasks: LabellingTask[];
  /** Nobody answers. */
  isAway = false;
  /** The next so many answers are stored, but whoever gave them never hears of it. */
  swallowed = 0;
  readonly #answered = new Map<string, object>();
  readonly services: LabelServices;

  /** @param purposes for each task whether it is shown blind */
  constructor(purposes: readonly ('open' | 'blind')[]) {
    this.tasks = purposes.map((purpose, at) =>
      create(LabellingTaskSchema, {
        taskId: `task-${at}`,
        campaignId: 'hunt',
        poolId: 'sky',
        spectrumId: `spec-${at}`,
        rank: at + 1,
        classes: CLASSES,
        probabilities: purpose === 'open' ? [0.1, 0.7, 0.2] : [],
        state: LabellingTask_State.OPEN,
      }),
    );
    const transport = createRouterTransport(({ service }) => {
      service(LabellingService, {
        leaseTasks: ({ annotator, maxTasks }) => {
          this.#reach();
          const open = this.tasks.filter(
            ({ state, annotator: holder }) =>
              state === LabellingTask_State.OPEN ||
              (state === LabellingTask_State.LEASED && holder === annotator?.name),
          );
          const tasks = open.slice(0, maxTasks);
          for (const task of tasks)
            Object.assign(task, { state: LabellingTask_State.LEASED, annotator: annotator?.name });
          return { tasks };
        },
        releaseTasks: ({ taskIds }) => {
          const released = this.tasks.filter(
            ({ taskId, state }) => taskIds.includes(taskId) && state === LabellingTask_State.LEASED,
          );
          for (const task of released) Object.assign(task, { state: LabellingTask_State.OPEN, annotator: '' });
          return { released: released.length };
        },
        submitLabel: ({ requestId, taskId, annotator, decision }) => {
          this.#reach();
          const task = this.#task(taskId);
          if (task.state === LabellingTask_State.LEASED && task.annotator !== annotator?.name)
            throw refusal('TASK_LEASED', `"${task.annotator}" holds task ${taskId}`);
          this.#once(requestId, () => this.#answer(task, annotator?.name ?? '', decision));
          this.#swallow();
          return { progress: this.#progress };
        },
        undoLabel: ({ requestId, taskId, annotator }) => {
          this.#reach();
          const task = this.#task(taskId);
          if (this.#progress.answered === this.tasks.length) throw refusal('BATCH_CLOSED', 'the batch is complete');
          this.#once(requestId, () => {
            Object.assign(task, { state: LabellingTask_State.LEASED, annotator, decision: undefined });
            this.log.push(`${task.spectrumId} undo`);
          });
          return { task };
        },
        listTasks: () => {
          this.#reach();
          return { tasks: this.tasks, nextPageToken: '' };
        },
        getBatchProgress: () => {
          this.#reach();
          return { progress: this.#progress };
        },
      });
      service(IngestionService, {
        getSpectrum: ({ spectrumId }) => ({
          spectrum: { spectrumId, wavelength: [6500, 6600], flux: [1, 2], medium: 'vacuum', features: [0, 1] },
        }),
      });
    });
    this.services = {
      labelling: createClient(LabellingService, transport),
      ingestion: createClient(IngestionService, transport),
    };
  }

  get #progress() {
    const answered = this.tasks.filter(({ state }) => state === LabellingTask_State.ANSWERED).length;
    return { campaignId: 'hunt', tasks: this.tasks.length, answered };
  }

  #task(taskId: string): LabellingTask {
    const task = this.tasks.find((one) => one.taskId === taskId);
    if (!task) throw refusal('TASK_NOT_FOUND', `there is no task ${taskId}`);
    return task;
  }

  #answer(task: LabellingTask, annotator: string, decision: Decision | undefined): void {
    Object.assign(task, { state: LabellingTask_State.ANSWERED, annotator, decision });
    const answer = answerOf(decision);
    this.log.push(`${task.spectrumId} ${answer ? answerText(answer) : ''}`);
  }

  #once(requestId: string, act: () => void): void {
    if (this.#answered.has(requestId)) return;
    this.#answered.set(requestId, {});
    act();
  }

  #reach(): void {
    if (this.isAway) throw new ConnectError('nobody answers', Code.Unavailable);
  }

  #swallow(): void {
    if (this.swallowed === 0) return;
    this.swallowed -= 1;
    throw new ConnectError('the connection broke', Code.Unavailable);
  }
}

function refusal(reason: string, message: string): ConnectError {
  return new ConnectError(message, Code.FailedPrecondition, {
    'spectrawl-reason': reason,
    'spectrawl-service': 'labelling',
  });
}
