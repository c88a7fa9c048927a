import { randomUUID } from 'node:crypto';
import { Annotator_Kind, Decision_Abstention, type LabellingTask, type Spectrum } from '@spectrawl/contracts';
import { RpcError, type CallOptions } from '@spectrawl/grpc';
import type { Spectrawl } from '../connect.ts';
import { Interrupted } from '../terminal/failure.ts';
import type { Key } from '../terminal/keys.ts';
import { Backoff, isConnectionLoss } from '../wait.ts';
import { actionOf, type Judgement } from './label-key.ts';
import { countsInBatch, isBlind, networkAnswer, type LabelView } from './label-view.ts';

/** Tasks held at a time: enough to load spectra ahead, few enough to leave work to others. */
const HELD_TASKS = 5;
/** Pixels by which smoothing grows; the mean is taken over an odd number of them. */
const SMOOTHING_STEP = 2;
const MOST_SMOOTHING = 31;
/** Characters of a comment: the contract's limit. */
const COMMENT_LENGTH = 2000;
/** Milliseconds that giving the tasks back may take when the session ends. */
const RELEASE_DEADLINE = 2_000;

type Answer =
  | { case: 'class'; value: string }
  | { case: 'abstention'; value: Decision_Abstention.SKIP | Decision_Abstention.UNSURE };

/** What a session came to. */
export interface LabelTally {
  answered: number;
  undone: number;
  /** Answers by class; 'skip' and 'unsure' are answers, too. */
  answers: Record<string, number>;
}

export interface LabelSessionOptions {
  campaignId: string;
  annotator: string;
  signal: AbortSignal;
  /** Told whenever there is something new to see. */
  onChange?: (view: LabelView) => void;
}

/** One annotator's session: takes questions, stores an answer before it shows the next, and gives back what is left. */
export class LabelSession {
  readonly view: LabelView;
  readonly tally: LabelTally = { answered: 0, undone: 0, answers: {} };
  readonly #spectrawl: Spectrawl;
  readonly #options: LabelSessionOptions;
  readonly #leaving = new AbortController();
  readonly #signal: AbortSignal;
  /** Tasks that are leased and not answered, by rank; the first one is shown. */
  #held: LabellingTask[] = [];
  /** Tasks answered in this session and the answers, oldest first. */
  readonly #answered: { task: LabellingTask; answer: string }[] = [];
  readonly #spectra = new Map<string, Promise<Spectrum>>();

  constructor(spectrawl: Spectrawl, options: LabelSessionOptions) {
    this.#spectrawl = spectrawl;
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#leaving.signal]);
    this.view = {
      campaignId: options.campaignId,
      annotator: options.annotator,
      task: undefined,
      isCorrection: false,
      spectrum: undefined,
      spectrumProblem: '',
      progress: undefined,
      comment: '',
      isWriting: false,
      message: '',
      isOffline: false,
      display: { lines: true, full: false, help: false, smoothing: 1 },
    };
  }

  /**
   * Takes the first questions.
   * @returns whether there are any
   * @throws {RpcError} when the campaign does not exist or the services don't answer
   */
  async start(): Promise<boolean> {
    await this.#spectrawl.selection.getCampaign({ campaignId: this.#options.campaignId });
    return await this.look();
  }

  /** Looks for questions while none is shown. @returns whether there are any */
  async look(): Promise<boolean> {
    if (!this.view.task) await this.#next();
    return this.view.task !== undefined;
  }

  /** Says why nothing is shown. */
  say(message: string): void {
    this.view.message = message;
    this.#changed();
  }

  /** Ends what is being waited for: `press` and `look` fail soon. */
  leave(): void {
    this.#leaving.abort(new Interrupted());
  }

  get hasLeft(): boolean {
    return this.#leaving.signal.aborted;
  }

  /**
   * Does what a key asks for.
   * @returns false when the session is to end
   * @throws the signal's reason when it aborts; {RpcError} for failures that trying again does not mend
   */
  async press(key: Key): Promise<boolean> {
    const { view } = this;
    if (view.isWriting && key !== 'ctrl-c') {
      this.#write(key);
      this.#changed();
      return true;
    }
    const action = actionOf(key);
    view.message = '';
    if (!action) {
      this.say(`"${key}" means nothing here; ? shows the keys`);
      return true;
    }
    switch (action.do) {
      case 'quit':
        return false;
      case 'lines':
      case 'full':
      case 'help':
        view.display[action.do] = !view.display[action.do];
        break;
      case 'smooth':
        this.#smooth(action.by);
        break;
      case 'undo':
        await this.#undo();
        break;
      default:
        if (view.task) await this.#judge(view.task, action);
        else view.message = 'there is no question to answer';
    }
    this.#changed();
    return true;
  }

  /** Gives back the tasks that are not answered. Their lease ends by itself where the services don't answer any more. */
  async release(): Promise<void> {
    const taskIds = this.#held.map(({ taskId }) => taskId);
    if (taskIds.length === 0) return;
    this.#held = [];
    try {
      const { annotator } = this.#options;
      await this.#spectrawl.labelling.releaseTasks({ taskIds, annotator }, { deadline: RELEASE_DEADLINE });
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
  }

  async #judge(task: LabellingTask, action: Judgement): Promise<void> {
    const { view } = this;
    switch (action.do) {
      case 'comment':
        view.isWriting = true;
        return;
      case 'skip':
        return await this.#answer(task, { case: 'abstention', value: Decision_Abstention.SKIP });
      case 'unsure':
        return await this.#answer(task, { case: 'abstention', value: Decision_Abstention.UNSURE });
      case 'accept':
        if (isBlind(task)) view.message = "this is asked blind, the network's answer is not shown: give your own";
        else await this.#answer(task, { case: 'class', value: task.classes[networkAnswer(task)]! });
        return;
      case 'class': {
        const name = task.classes[action.index];
        if (name === undefined)
          view.message = `there are ${task.classes.length} classes: press 1 to ${task.classes.length}`;
        else await this.#answer(task, { case: 'class', value: name });
      }
    }
  }

  async #answer(task: LabellingTask, answer: Answer): Promise<void> {
    const { view } = this;
    const text = answerText(answer);
    const request = {
      requestId: randomUUID(),
      taskId: task.taskId,
      annotator: this.#annotator,
      decision: { answer },
      comment: view.comment,
    };
    try {
      const { progress } = await this.#persist((options) => this.#spectrawl.labelling.submitLabel(request, options));
      view.progress = progress;
    } catch (error) {
      if (!(error instanceof RpcError && error.reason === 'TASK_LEASED')) throw error;
      view.message = `${task.spectrumId}: ${error.message}`;
      await this.#next();
      return;
    }
    this.tally.answered += 1;
    this.tally.answers[text] = (this.tally.answers[text] ?? 0) + 1;
    this.#answered.push({ task, answer: text });
    const { answered = 0, tasks = 0 } = view.progress ?? {};
    view.message = `${task.spectrumId}: ${text} (${answered} of ${tasks})`;
    await this.#next();
  }

  async #undo(): Promise<void> {
    const { view } = this;
    const last = this.#answered.at(-1);
    if (!last) {
      view.message = 'there is no answer of this session to take back';
      return;
    }
    const request = { requestId: randomUUID(), taskId: last.task.taskId, annotator: this.#options.annotator };
    try {
      const { task } = await this.#persist((options) => this.#spectrawl.labelling.undoLabel(request, options));
      this.#answered.pop();
      this.tally.undone += 1;
      this.tally.answers[last.answer]! -= 1;
      view.message = `${last.task.spectrumId}: "${last.answer}" is taken back`;
      if (view.progress && countsInBatch(last.task))
        view.progress = { ...view.progress, answered: view.progress.answered - 1 };
      this.#held.unshift(task ?? last.task);
      this.#show(this.#held[0]!, false);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      if (error.reason === 'BATCH_CLOSED') {
        view.message = `the batch is complete: what you answer now corrects "${last.answer}"`;
        this.#show(last.task, true);
      } else if (error.reason === 'NOTHING_TO_UNDO') {
        this.#answered.pop();
        view.message = error.message;
      } else throw error;
    }
  }

  /** Shows the next question, taking further ones when none is held. */
  async #next(): Promise<void> {
    const { view } = this;
    const done = view.task?.taskId;
    this.#held = this.#held.filter(({ taskId }) => taskId !== done);
    if (done !== undefined) this.#spectra.delete(done);
    if (this.#held.length === 0) {
      const { campaignId } = this.#options;
      const request = { campaignId, annotator: this.#annotator, maxTasks: HELD_TASKS };
      const { tasks } = await this.#persist((options) => this.#spectrawl.labelling.leaseTasks(request, options));
      this.#held = tasks;
      if (tasks.length > 0) {
        const { progress } = await this.#persist((options) =>
          this.#spectrawl.labelling.getBatchProgress({ campaignId }, options),
        );
        view.progress = progress;
      }
    }
    this.#show(this.#held[0], false);
    for (const task of this.#held) this.#load(task).catch(() => undefined);
  }

  #show(task: LabellingTask | undefined, isCorrection: boolean): void {
    const { view } = this;
    Object.assign(view, {
      task,
      isCorrection,
      comment: '',
      isWriting: false,
      spectrum: undefined,
      spectrumProblem: '',
    });
    this.#changed();
    if (!task) return;
    const isShown = (): boolean => view.task === task;
    this.#load(task).then(
      (spectrum) => {
        if (!isShown()) return;
        view.spectrum = spectrum;
        this.#changed();
      },
      (error: unknown) => {
        this.#spectra.delete(task.taskId);
        if (!isShown() || this.#signal.aborted) return;
        view.spectrumProblem = error instanceof Error ? error.message : String(error);
        this.#changed();
      },
    );
  }

  #load({ taskId, poolId, spectrumId }: LabellingTask): Promise<Spectrum> {
    const known = this.#spectra.get(taskId);
    if (known) return known;
    const loading = this.#spectrawl.ingestion
      .getSpectrum({ poolId, spectrumId }, { signal: this.#signal })
      .then(({ spectrum }) => spectrum!);
    this.#spectra.set(taskId, loading);
    return loading;
  }

  /** Repeats a call until the services answer. The request keeps its id, so that nothing is stored twice. */
  async #persist<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
    const { view } = this;
    const backoff = new Backoff();
    for (;;) {
      try {
        this.#signal.throwIfAborted();
        const result = await call({ signal: this.#signal });
        if (view.isOffline) view.message = 'the services answer again';
        view.isOffline = false;
        return result;
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!isConnectionLoss(error)) throw error;
        view.isOffline = true;
        this.say(`${error.message}; trying again (q quits)`);
        await backoff.wait(this.#signal);
      }
    }
  }

  #write(key: Key): void {
    const { view } = this;
    if (key === 'enter' || key === 'escape') {
      view.isWriting = false;
      if (key === 'escape') view.comment = '';
    } else if (key === 'backspace') {
      view.comment = Array.from(view.comment).slice(0, -1).join('');
    } else if (view.comment.length + key.length <= COMMENT_LENGTH) {
      view.comment += key;
    }
  }

  #smooth(by: 1 | -1): void {
    const { display } = this.view;
    display.smoothing = Math.max(1, Math.min(MOST_SMOOTHING, display.smoothing + by * SMOOTHING_STEP));
  }

  get #annotator() {
    return { name: this.#options.annotator, kind: Annotator_Kind.PERSON };
  }

  #changed(): void {
    this.#options.onChange?.(this.view);
  }
}

function answerText(answer: Answer): string {
  if (answer.case === 'class') return answer.value;
  return answer.value === Decision_Abstention.SKIP ? 'skip' : 'unsure';
}
