import type { Client } from '@connectrpc/connect';
import {
  Annotator_Kind,
  LabellingTask_State,
  type BatchProgress,
  type IngestionService,
  type LabellingService,
  type LabellingTask,
} from '@spectrawl/contracts';
import { failureOf, type Failure } from '../app/failure.ts';
import { isBlind, networkAnswer } from './blindness.ts';
import { answerOf, answerText, decisionOf, type Answer } from './decision.ts';
import { KeptAnswers, type AnswerStorage, type KeptAnswer } from './kept-answers.ts';
import { labelsPerMinute } from './label-rate.ts';
import { SpectrumShelf, type ShelvedSpectrum } from './spectrum-shelf.ts';

/** Tasks that are held at a time: enough to load spectra ahead and to go on for a while without a connection, few enough to leave work to others. */
const HELD_TASKS = 8;
/** Further tasks are taken when no more than so many are left. */
const FEW_TASKS = 4;
/** Milliseconds that an answer may take to be stored; then it is kept in the browser, and labelling goes on. */
const ANSWER_DEADLINE = 3_000;
/** Milliseconds between attempts to reach a service that does not answer: at first, and at most. */
const FIRST_WAIT = 400;
const LONGEST_WAIT = 5_000;
/** Milliseconds between looks for a batch while none waits: the events of the campaign come sooner. */
const IDLE_INTERVAL = 2_000;
/** Milliseconds between renewals of the leases, a fraction of the 15 minutes that they last by default. */
const RENEW_INTERVAL = 240_000;
/** Milliseconds without a key after which leases are left to end: whoever went home should not hold tasks. */
const IDLENESS = 900_000;
/** Most tasks of a page. */
const TASK_PAGE = 1_000;

/** A question and what became of it. */
export interface Entry {
  readonly task: LabellingTask;
  /** What this annotator answered; absent while it waits. */
  readonly answer?: Answer;
  /** Whether the answer is in this browser only. */
  readonly isKept?: boolean;
}

/** What happened last, in words. */
export interface Notice {
  readonly text: string;
  readonly tone: 'plain' | 'warning';
}

/** Everything of a session that can be seen. */
export interface LabelState {
  /** starting: the first questions are on their way; asking: one is shown; waiting: there is none. */
  readonly phase: 'starting' | 'asking' | 'waiting';
  /** Questions in the order in which they are walked: answered ones, then those that wait. */
  readonly entries: readonly Entry[];
  /** The question that is shown: its place in `entries`; -1 for none. */
  readonly cursor: number;
  /** What is known of the shown question's spectrum. */
  readonly spectrum: ShelvedSpectrum | undefined;
  readonly progress: BatchProgress | undefined;
  /** What goes with the next answer. */
  readonly comment: string;
  readonly notice: Notice | undefined;
  /** Whether an answer is on its way. */
  readonly isStoring: boolean;
  /** Answers that this browser keeps because they could not be stored yet. */
  readonly kept: number;
  /** Why services can't be reached at the moment; it is tried again by itself. */
  readonly failure: Failure | undefined;
  /** Answers of this session a minute; undefined while there are too few. */
  readonly rate: number | undefined;
  /** Answers of this session. */
  readonly answered: number;
}

export interface LabelServices {
  labelling: Pick<
    Client<typeof LabellingService>,
    'leaseTasks' | 'releaseTasks' | 'submitLabel' | 'undoLabel' | 'listTasks' | 'getBatchProgress'
  >;
  ingestion: Pick<Client<typeof IngestionService>, 'getSpectrum'>;
}

export interface LabelSessionOptions {
  campaignId: string;
  annotator: string;
  storage: AnswerStorage;
  /** Shows this question first, if it can be found. */
  taskId?: string | undefined;
  /** Milliseconds since 1970. */
  now?: () => number;
  newId?: () => string;
}

/**
 * One annotator's session. It takes questions, loads their spectra ahead, and stores an answer before it shows the next question. Where the
 * services can't be reached, answers are kept in the browser and sent in order, each exactly once, as soon as they can.
 */
export class LabelSession {
  #state: LabelState = {
    phase: 'starting',
    entries: [],
    cursor: -1,
    spectrum: undefined,
    progress: undefined,
    comment: '',
    notice: undefined,
    isStoring: false,
    kept: 0,
    failure: undefined,
    rate: undefined,
    answered: 0,
  };
  readonly #services: LabelServices;
  readonly #options: Required<Omit<LabelSessionOptions, 'taskId'>> & { taskId: string | undefined };
  readonly #listeners = new Set<() => void>();
  readonly #over = new AbortController();
  readonly #shelf: SpectrumShelf;
  readonly #kept: KeptAnswers;
  /** Answers on their way, in order, and who waits for each. */
  readonly #outbox: { kept: KeptAnswer; settled: (outcome: Outcome) => void; hasWaited: boolean }[] = [];
  #sending: Promise<void> | undefined;
  #order = 0;
  /** Ends waiting for the next attempts to reach a service. */
  readonly #wakes = new Set<() => void>();
  #isLeasing = false;
  #hasRemembered = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setInterval> | undefined;
  #lastKey = 0;
  /** Task ids in the order in which they were answered in this session. */
  readonly #answered: string[] = [];
  readonly #times: number[] = [];

  constructor(services: LabelServices, options: LabelSessionOptions) {
    this.#services = services;
    this.#options = {
      now: Date.now,
      newId: () => crypto.randomUUID(),
      ...options,
      taskId: options.taskId,
    };
    this.#kept = new KeptAnswers(options.storage, options);
    this.#shelf = new SpectrumShelf(services.ingestion, this.#over.signal, () => this.#show());
  }

  get state(): LabelState {
    return this.#state;
  }

  /** Calls back after each change of the state. @returns ends it */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Sends what an earlier session left in the browser, remembers what was answered, takes the first questions. */
  async start(): Promise<void> {
    this.#touch();
    this.#renewal = setInterval(() => void this.#renew(), RENEW_INTERVAL);
    for (const kept of this.#kept.list()) void this.#send(kept);
    // Before anything is asked: what was answered already must not be asked again.
    await this.#sending;
    await this.#persist(() => this.#remember());
    if (this.#over.signal.aborted) return;
    this.#hasRemembered = true;
    await this.look();
    const at = this.#state.entries.findIndex(({ task }) => task.taskId === this.#options.taskId);
    if (at >= 0) this.#go(at);
  }

  /** Looks for questions now: to be called when a batch may have come. */
  async look(): Promise<void> {
    // Before it is known what was answered, what is answered on its way might be asked again.
    if (!this.#hasRemembered) return;
    clearTimeout(this.#timer);
    await this.#lease();
    if (this.#over.signal.aborted || this.#state.phase !== 'waiting') return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), IDLE_INTERVAL);
  }

  /** Answers the question that is shown. Resolves when the answer is stored, or kept in the browser, and the next question is shown. */
  async answer(answer: Answer): Promise<void> {
    const entry = this.#current;
    if (!entry || this.#state.isStoring) return;
    if (this.#state.spectrum?.curve === undefined && !('abstention' in answer && answer.abstention === 'skip')) {
      this.#say('The spectrum is not shown: wait for it, or skip it', 'warning');
      return;
    }
    this.#touch();
    const { task } = entry;
    const isFirst = entry.answer === undefined;
    const outcome = await this.#store(task, answer);
    this.#set({ isStoring: false });
    if (this.#over.signal.aborted) return;
    if (outcome.kind === 'refused') {
      this.#refuse(task, outcome.failure);
      return;
    }
    this.#settleEntry(task.taskId, answer, outcome.kind === 'kept');
    this.#answered.push(task.taskId);
    if (isFirst) this.#times.push(this.#options.now());
    this.#set({
      comment: '',
      rate: labelsPerMinute(this.#times, this.#options.now()),
      answered: this.#state.answered + (isFirst ? 1 : 0),
      ...(outcome.kind === 'stored' && outcome.progress && { progress: outcome.progress }),
      notice: { text: `${task.spectrumId}: ${answerText(answer)}${isFirst ? '' : ' (corrected)'}`, tone: 'plain' },
    });
    this.#goOn(this.#state.cursor);
    void this.#refill();
  }

  /** Answers as the network does; says so where its answer is hidden. */
  async accept(): Promise<void> {
    const task = this.#current?.task;
    if (!task) return;
    if (isBlind(task)) this.#say('The network’s answer is hidden here: give your own', 'warning');
    else await this.answer({ class: task.classes[networkAnswer(task)]! });
  }

  /** Takes back the annotator's last answer, and shows its question again. */
  async undo(): Promise<void> {
    if (this.#state.isStoring) return;
    this.#touch();
    const last = this.#lastAnswered();
    if (!last) {
      this.#say('There is no answer of yours in this batch to take back', 'warning');
      return;
    }
    const { task, answer } = last;
    const outcome = await this.#store(task, undefined);
    this.#set({ isStoring: false });
    if (this.#over.signal.aborted) return;
    const at = this.#state.entries.findIndex((entry) => entry.task.taskId === task.taskId);
    if (outcome.kind === 'refused') {
      if (outcome.failure.reason === 'BATCH_CLOSED') {
        this.#go(at);
        this.#say(`The batch is complete: answer again to correct “${answerText(answer!)}”`, 'warning');
      } else {
        this.#forgetAnswered(task.taskId);
        this.#say(outcome.failure.message, 'warning');
      }
      return;
    }
    this.#forgetAnswered(task.taskId);
    this.#replace(task.taskId, { task });
    const { progress } = this.#state;
    if (progress) this.#set({ progress: { ...progress, answered: Math.max(0, progress.answered - 1) } });
    this.#set({ answered: Math.max(0, this.#state.answered - 1) });
    this.#go(at);
    this.#say(`${task.spectrumId}: “${answerText(answer!)}” is taken back`);
  }

  /** Walks to the question before or after. */
  walk(by: 1 | -1): void {
    const { entries, cursor, isStoring } = this.#state;
    const to = (cursor < 0 ? entries.length : cursor) + by;
    if (isStoring) return;
    if (to < 0 || to >= entries.length)
      this.#say(by < 0 ? 'This is the first one' : 'This is the last one that you hold');
    else this.#go(to);
  }

  setComment(comment: string): void {
    this.#set({ comment });
  }

  /** What others see of the batch has come. */
  setProgress(progress: BatchProgress): void {
    if (!this.#state.isStoring) this.#set({ progress });
  }

  /** Tries again at once what waits for a connection. */
  retry(): void {
    for (const wake of this.#wakes) wake();
  }

  /** Tasks that would be given back. */
  get heldTaskIds(): string[] {
    const onTheirWay = new Set(this.#outbox.map(({ kept }) => kept.taskId));
    return this.#state.entries
      .filter(({ task, answer }) => answer === undefined && !onTheirWay.has(task.taskId))
      .map(({ task }) => task.taskId);
  }

  /** Ends the session and gives its tasks back. What the browser keeps, it goes on keeping. */
  async end(): Promise<void> {
    const taskIds = this.heldTaskIds;
    this.#over.abort();
    clearTimeout(this.#timer);
    clearInterval(this.#renewal);
    this.retry();
    if (taskIds.length === 0) return;
    // Where nobody answers, the leases end by themselves.
    await this.#services.labelling.releaseTasks({ taskIds, annotator: this.#options.annotator }).catch(() => undefined);
  }

  get #current(): Entry | undefined {
    return this.#state.entries[this.#state.cursor];
  }

  get #annotator() {
    return { name: this.#options.annotator, kind: Annotator_Kind.PERSON };
  }

  #lastAnswered(): Entry | undefined {
    const { entries } = this.#state;
    for (const taskId of this.#answered.toReversed()) {
      const entry = entries.find(({ task }) => task.taskId === taskId);
      if (entry?.answer) return entry;
    }
    return entries.findLast(({ answer }) => answer !== undefined);
  }

  #forgetAnswered(taskId: string): void {
    const at = this.#answered.lastIndexOf(taskId);
    if (at >= 0) this.#answered.splice(at, 1);
    this.#times.pop();
  }

  #refuse(task: LabellingTask, failure: Failure): void {
    const isLost = failure.reason === 'TASK_LEASED' || failure.reason === 'TASK_NOT_FOUND';
    if (isLost) {
      const entries = this.#state.entries.filter((entry) => entry.task.taskId !== task.taskId);
      this.#set({ entries, cursor: Math.min(this.#state.cursor, entries.length) });
      this.#goOn(this.#state.cursor - 1);
    }
    this.#say(`${task.spectrumId}: ${failure.message}`, 'warning');
  }

  /** Keeps an answer in the browser, sends it, and waits until it is stored or known not to be for now. */
  async #store(task: LabellingTask, answer: Answer | undefined): Promise<Outcome> {
    const { campaignId, annotator, newId } = this.#options;
    const { taskId, spectrumId } = task;
    const { comment } = this.#state;
    const order = Math.max(this.#options.now(), this.#order + 1);
    const kept: KeptAnswer = {
      requestId: newId(),
      campaignId,
      annotator,
      taskId,
      spectrumId,
      ...(answer && { answer }),
      comment: answer ? comment : '',
      order,
    };
    try {
      this.#kept.keep(kept);
    } catch {
      // Without storage of the browser labelling goes on; only a reload while the connection is broken would lose the answer.
      this.#say('This browser keeps nothing: don’t close the page while answers wait', 'warning');
    }
    this.#set({ isStoring: true });
    return await this.#send(kept);
  }

  #send(kept: KeptAnswer): Promise<Outcome> {
    this.#order = Math.max(this.#order, kept.order);
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.#outbox.push({ kept, settled: resolve, hasWaited: false });
    // Behind others that wait for the connection it waits, too; labelling does not.
    if (this.#state.failure) this.#goOnWithout();
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
    return promise;
  }

  /** Sends what is in the outbox, in order. */
  async #sendAll(): Promise<void> {
    for (let next = this.#outbox[0]; next && !this.#over.signal.aborted; next = this.#outbox[0]) {
      const { kept, settled } = next;
      const outcome = await this.#persist(
        () => this.#sendOne(kept),
        () => this.#goOnWithout(),
      );
      if (outcome === undefined) break;
      this.#kept.forget(kept.requestId);
      this.#outbox.shift();
      settled(outcome);
      this.#countKept();
      if (next.hasWaited) this.#afterwards(kept, outcome);
    }
    const over = failureOf(new Error('the session is over'));
    if (this.#over.signal.aborted) for (const { settled } of this.#outbox) settled({ kind: 'refused', failure: over });
  }

  /** Lets labelling go on: what is in the outbox is kept in the browser for now. */
  #goOnWithout(): void {
    for (const one of this.#outbox) {
      one.hasWaited = true;
      one.settled({ kind: 'kept' });
    }
    this.#countKept();
  }

  #countKept(): void {
    const kept = this.#outbox.filter(({ hasWaited }) => hasWaited).length;
    if (kept !== this.#state.kept) this.#set({ kept });
  }

  async #sendOne({ requestId, taskId, answer, comment }: KeptAnswer): Promise<Outcome> {
    const { labelling } = this.#services;
    const options = { timeoutMs: ANSWER_DEADLINE };
    try {
      if (!answer) {
        await labelling.undoLabel({ requestId, taskId, annotator: this.#options.annotator }, options);
        return { kind: 'stored' };
      }
      const { progress } = await labelling.submitLabel(
        { requestId, taskId, annotator: this.#annotator, decision: decisionOf(answer), comment },
        options,
      );
      return { kind: 'stored', progress };
    } catch (error) {
      const failure = failureOf(error);
      if (isWorthAnotherTry(failure)) throw error;
      return { kind: 'refused', failure };
    }
  }

  /** Shows what became of an answer that was settled after labelling had gone on. */
  #afterwards({ taskId, spectrumId }: KeptAnswer, outcome: Outcome): void {
    const entry = this.#state.entries.find(({ task }) => task.taskId === taskId);
    if (outcome.kind === 'stored' && outcome.progress) this.#set({ progress: outcome.progress });
    if (outcome.kind === 'refused') {
      const isOpenAgain = outcome.failure.reason !== 'BATCH_CLOSED';
      if (entry && isOpenAgain) this.#replace(taskId, { task: entry.task });
      this.#say(`${spectrumId}: ${outcome.failure.message}`, 'warning');
    } else if (entry?.isKept && !this.#outbox.some(({ kept }) => kept.taskId === taskId)) {
      const { task, answer } = entry;
      this.#replace(taskId, { task, ...(answer && { answer }) });
    }
  }

  /**
   * Repeats a call until the services answer.
   * @param lost told when they don't
   * @returns undefined when the session ended before
   */
  async #persist<T>(call: () => Promise<T>, lost: () => void = () => undefined): Promise<T | undefined> {
    for (let wait = FIRST_WAIT; !this.#over.signal.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      try {
        const result = await call();
        if (this.#state.failure) this.#set({ failure: undefined });
        return result;
      } catch (error) {
        if (this.#over.signal.aborted) return undefined;
        const failure = failureOf(error);
        this.#set({ failure });
        lost();
        await this.#pause(wait);
      }
    }
    return undefined;
  }

  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wakes.add(wake);
    const timer = setTimeout(wake, milliseconds);
    await promise;
    clearTimeout(timer);
    this.#wakes.delete(wake);
  }

  /** What this annotator answered in the batch at hand, and the question that was asked for: they can be walked to, and corrected. */
  async #remember(): Promise<void> {
    const { labelling } = this.#services;
    const { campaignId, annotator } = this.#options;
    const progress = await labelling.getBatchProgress({ campaignId }).then(
      (response) => response.progress,
      (error: unknown) => {
        if (failureOf(error).reason === 'BATCH_NOT_FOUND') return undefined;
        throw error;
      },
    );
    if (!progress) return;
    const mine: Entry[] = [];
    for (let pageToken = ''; ;) {
      const page = await labelling.listTasks({
        campaignId,
        iteration: progress.iteration,
        pageSize: TASK_PAGE,
        pageToken,
      });
      for (const task of page.tasks) {
        const answer = answerOf(task.decision);
        const isWanted = task.annotator === annotator || task.taskId === this.#options.taskId;
        if (task.state === LabellingTask_State.ANSWERED && isWanted && answer) mine.push({ task, answer });
      }
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    this.#set({ progress, entries: mine });
  }

  /** Takes further questions when few are left. */
  async #refill(): Promise<void> {
    const left = this.#state.entries.filter(({ answer }) => answer === undefined).length;
    if (left <= FEW_TASKS) await this.look();
  }

  async #renew(): Promise<void> {
    const isAway = this.#options.now() - this.#lastKey > IDLENESS;
    if (!isAway && this.#state.phase === 'asking' && !this.#state.failure) await this.#lease();
  }

  async #lease(): Promise<void> {
    if (this.#isLeasing) return;
    this.#isLeasing = true;
    try {
      const { campaignId } = this.#options;
      const request = { campaignId, annotator: this.#annotator, maxTasks: HELD_TASKS };
      const response = await this.#persist(() => this.#services.labelling.leaseTasks(request));
      if (!response) return;
      const known = new Map(this.#state.entries.map((entry) => [entry.task.taskId, entry]));
      const further = response.tasks.filter(({ taskId }) => !known.has(taskId)).map((task) => ({ task }));
      if (further.length > 0) {
        this.#set({ entries: [...this.#state.entries, ...further] });
        const { iteration, answered = 0 } = this.#state.progress ?? {};
        if (iteration !== further[0]!.task.iteration || answered === 0) void this.#countBatch();
      }
      this.#loadAhead();
      if (this.#current === undefined || this.#state.phase !== 'asking') this.#goOn(this.#state.cursor);
    } finally {
      this.#isLeasing = false;
    }
  }

  async #countBatch(): Promise<void> {
    const { campaignId } = this.#options;
    // Decoration: the next answer brings it, too.
    const response = await this.#services.labelling.getBatchProgress({ campaignId }).catch(() => undefined);
    if (response?.progress) this.setProgress(response.progress);
  }

  /** Shows the next question that waits, after a place or before it; else says that there is none. */
  #goOn(after: number): void {
    const { entries } = this.#state;
    const waits = ({ answer }: Entry): boolean => answer === undefined;
    const later = entries.findIndex((entry, at) => at > after && waits(entry));
    const next = later >= 0 ? later : entries.findIndex(waits);
    if (next >= 0) {
      this.#go(next);
      return;
    }
    this.#set({ phase: 'waiting', cursor: -1, spectrum: undefined });
    if (!this.#isLeasing) void this.look();
  }

  #go(to: number): void {
    const entry = this.#state.entries[to];
    if (!entry) return;
    this.#set({ phase: 'asking', cursor: to, spectrum: this.#shelf.get(entry.task), notice: this.#state.notice });
    this.#loadAhead();
  }

  /** The shown spectrum has come, or could not. */
  #show(): void {
    const entry = this.#current;
    if (entry) this.#set({ spectrum: this.#shelf.get(entry.task) });
  }

  /** Loads the shown question's spectrum first, then those that wait, then those beside it that were answered. */
  #loadAhead(): void {
    const { entries, cursor } = this.#state;
    const ahead = entries.filter(({ answer }, at) => answer === undefined && at !== cursor);
    const beside = entries.filter(
      ({ answer }, at) => answer !== undefined && at !== cursor && Math.abs(at - cursor) <= 2,
    );
    const shown = this.#current;
    this.#shelf.keep([...(shown ? [shown] : []), ...ahead, ...beside].map(({ task }) => task));
  }

  #settleEntry(taskId: string, answer: Answer, isKept: boolean): void {
    const entry = this.#state.entries.find(({ task }) => task.taskId === taskId);
    if (entry) this.#replace(taskId, { task: entry.task, answer, ...(isKept && { isKept }) });
  }

  #replace(taskId: string, entry: Entry): void {
    this.#set({ entries: this.#state.entries.map((one) => (one.task.taskId === taskId ? entry : one)) });
  }

  #touch(): void {
    this.#lastKey = this.#options.now();
  }

  #say(text: string, tone: Notice['tone'] = 'plain'): void {
    this.#set({ notice: { text, tone } });
  }

  #set(change: Partial<LabelState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** What became of an answer. */
type Outcome =
  | { kind: 'stored'; progress?: BatchProgress | undefined }
  /** In the browser only, for now. */
  | { kind: 'kept' }
  | { kind: 'refused'; failure: Failure };

/** Whether trying again may mend it: nobody answers, or one has to sign in first. What has a stable reason is meant. */
function isWorthAnotherTry({ passing, signedOut, away }: Failure): boolean {
  return passing || away || signedOut;
}
