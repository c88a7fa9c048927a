import { randomUUID } from 'node:crypto';
import {
  Annotator_Kind,
  Campaign_State,
  Decision_Abstention,
  Iteration_Step,
  type BatchProgress,
  type Campaign,
  type LabellingTask,
} from '@spectrawl/contracts';
import { createDraw } from '@spectrawl/active-learning';
import { RpcError } from '@spectrawl/grpc';
import type { Spectrawl } from './connect.ts';
import { UsageError } from './terminal/failure.ts';
import { Backoff, Reconnection } from './wait.ts';

/** Tasks taken at a time: the contract's limit. */
const TASKS = 100;
/** An annotator that knows the truth of a simulated sky. */
export interface OracleOptions {
  campaignId: string;
  /** Class of each spectrum, by id; one that is missing is answered 'unsure'. */
  truth: ReadonlyMap<string, string>;
  /** Under which name it answers; marked as simulated. */
  name: string;
  /** Share of answers that are wrong, 0 to 1: the same spectra and the same wrong class for the same seed. */
  mistakes?: number;
  /** Of the mistakes. */
  seed?: number;
  signal?: AbortSignal;
  /** Told after each answer is stored. */
  onAnswer?: (answer: OracleAnswer) => void;
  /** Told when the services do not answer, and that they are waited for. */
  onWait?: (error: Error) => void;
}

export interface OracleAnswer {
  task: LabellingTask;
  /** The class given; undefined for 'unsure'. */
  class: string | undefined;
  progress: BatchProgress | undefined;
}

/**
 * Answers a campaign's questions until it is completed, batch by batch and in the order of their ranks.
 * @returns how many answers it gave
 * @throws {UsageError} when the truth names a class that the campaign lacks; the signal's reason when it aborts; an error
 * when the campaign failed; {RpcError} when the services don't answer at first, or for a minute later on
 */
export async function runOracle(spectrawl: Spectrawl, options: OracleOptions): Promise<number> {
  return await new OracleRun(spectrawl, options).run();
}

class OracleRun {
  readonly #spectrawl: Spectrawl;
  readonly #options: OracleOptions;
  readonly #answerOf: (task: LabellingTask) => string | undefined;
  #answers = 0;
  readonly #reconnection = new Reconnection();

  constructor(spectrawl: Spectrawl, options: OracleOptions) {
    this.#spectrawl = spectrawl;
    this.#options = options;
    this.#answerOf = answerer(options);
  }

  async run(): Promise<number> {
    const { signal } = this.#options;
    const backoff = new Backoff();
    for (;;) {
      try {
        if (await this.#follow(backoff)) return this.#answers;
      } catch (error) {
        await this.#reconnection.afterFailure(error, signal, this.#options.onWait);
        continue;
      }
      signal?.throwIfAborted();
      await backoff.wait(signal);
    }
  }

  /** @returns whether the campaign is completed; false when the stream ended before */
  async #follow(backoff: Backoff): Promise<boolean> {
    const { campaignId, signal } = this.#options;
    const changes = this.#spectrawl.selection.watchCampaign({ campaignId }, signal ? { signal } : {});
    for await (const { campaign, iterations } of changes) {
      this.#contact(backoff);
      if (campaign?.state === Campaign_State.COMPLETED) return true;
      if (campaign?.state === Campaign_State.FAILED) throw campaignFailure(campaign);
      const newest = iterations.at(-1);
      if (newest?.step === Iteration_Step.LABELLING) await this.#answerBatch(newest.number);
    }
    return false;
  }

  /** Answers until every task of the iteration has an answer, be it of others. */
  async #answerBatch(iteration: number): Promise<void> {
    const { campaignId, signal } = this.#options;
    const { labelling } = this.#spectrawl;
    const backoff = new Backoff();
    for (;;) {
      signal?.throwIfAborted();
      const { tasks } = await labelling.leaseTasks({ campaignId, annotator: this.#annotator, maxTasks: TASKS });
      this.#contact(backoff);
      for (const task of tasks) await this.#answer(task);
      if (await this.#isOver(iteration)) return;
      // The batch is not open yet, or others hold the rest of it.
      if (tasks.length === 0) await backoff.wait(signal);
      else backoff.reset();
    }
  }

  async #answer(task: LabellingTask): Promise<void> {
    const { signal, onAnswer } = this.#options;
    signal?.throwIfAborted();
    const name = this.#answerOf(task);
    const { progress } = await this.#spectrawl.labelling.submitLabel({
      requestId: randomUUID(),
      taskId: task.taskId,
      annotator: this.#annotator,
      decision: {
        answer:
          name === undefined
            ? { case: 'abstention', value: Decision_Abstention.UNSURE }
            : { case: 'class', value: name },
      },
    });
    this.#answers += 1;
    onAnswer?.({ task, class: name, progress });
  }

  async #isOver(iteration: number): Promise<boolean> {
    try {
      const { progress } = await this.#spectrawl.labelling.getBatchProgress({ campaignId: this.#options.campaignId });
      if (!progress || progress.iteration < iteration) return false;
      return progress.iteration > iteration || progress.answered >= progress.tasks;
    } catch (error) {
      if (error instanceof RpcError && error.reason === 'BATCH_NOT_FOUND') return false;
      throw error;
    }
  }

  get #annotator() {
    return { name: this.#options.name, kind: Annotator_Kind.SIMULATED };
  }

  #contact(backoff: Backoff): void {
    this.#reconnection.answered();
    backoff.reset();
  }
}

/** What an oracle says of a task; the mistakes are drawn by the spectrum's id. */
export function answerer({
  truth,
  mistakes = 0,
  seed = 0,
}: Pick<OracleOptions, 'truth' | 'mistakes' | 'seed'>): (
  task: Pick<LabellingTask, 'spectrumId' | 'classes'>,
) => string | undefined {
  const isWrong = createDraw(seed, 'query');
  const choice = createDraw(seed, 'exploration');
  return ({ spectrumId, classes }) => {
    const name = truth.get(spectrumId);
    if (name === undefined) return undefined;
    if (!classes.includes(name)) {
      throw new UsageError(`the truth says that "${spectrumId}" is ${name}: the campaign knows ${classes.join(', ')}`);
    }
    if (isWrong(spectrumId) >= mistakes) return name;
    const others = classes.filter((other) => other !== name);
    return others[Math.floor(choice(spectrumId) * others.length)] ?? name;
  };
}

function campaignFailure({ campaignId, problem }: Campaign): Error {
  return new Error(`${problem} — when that is mended: spectrawl campaigns resume ${campaignId}`);
}
