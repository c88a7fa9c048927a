import { randomUUID } from 'node:crypto';
import { Purpose, type Label, type LabellingTask } from '@spectrawl/contracts';
import { RpcError } from '@spectrawl/grpc';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnnotatorsAtWork, decisionOf, person } from './annotators-at-work.ts';
import { startLabelling, type LabellingAtWork } from './labelling-at-work.ts';
import { CLASSES, questions } from './selection-stand-in.ts';

const PEOPLE = [person('petr'), person('jana'), person('eva')];
/** milliseconds; a lease and the age of repeats */
const LONG = 1_800_000;
/** Spectra that somebody may pick out. */
const PICKED = ['p-0', 'p-1', 'p-2'];
const REFUSALS = ['NO_OPEN_BATCH', 'TASK_LEASED', 'NOTHING_TO_UNDO', 'BATCH_CLOSED', 'NOTHING_TO_ADJUDICATE'];

let at: LabellingAtWork;
let annotators: AnnotatorsAtWork;
beforeAll(async () => {
  at = await startLabelling({ overlap: { share: 0.7 }, repeats: { share: 0.7 } });
  annotators = new AnnotatorsAtWork(at);
  await at.selection.storePool(PICKED);
});
afterAll(() => at.stop());

let campaigns = 0;

/** Something that somebody does; who and what is chosen among what there is then. */
const anyAct = fc.record({
  who: fc.nat(PEOPLE.length - 1),
  does: fc.oneof(
    { weight: 4, arbitrary: fc.constant('lease' as const) },
    { weight: 8, arbitrary: fc.constant('submit' as const) },
    { weight: 2, arbitrary: fc.constantFrom('undo' as const, 'adjudicate' as const, 'release' as const) },
    { weight: 1, arbitrary: fc.constantFrom('wait' as const, 'next batch' as const, 'ask' as const) },
  ),
  which: fc.nat(1000),
  answer: fc.constantFrom(...CLASSES, 'unsure', 'skip'),
});
type Act = typeof anyAct extends fc.Arbitrary<infer A> ? A : never;

/** Annotators who do things as they come, right or wrong. */
class Campaign {
  readonly campaignId = `any-${(campaigns += 1)}`;
  /** Every task that anybody was ever given. */
  readonly given: LabellingTask[] = [];
  iterations = 0;

  async nextBatch(): Promise<void> {
    await annotators.ask(this.campaignId, this.iterations, questions(3, 2));
    this.iterations += 1;
  }

  async act({ who, does, which, answer }: Act): Promise<void> {
    const annotator = PEOPLE[who]!;
    const task = this.given[which % Math.max(1, this.given.length)];
    if (does === 'lease') this.given.push(...(await annotators.lease(this.campaignId, annotator, 1 + (which % 4))));
    else if (does === 'wait') at.pass(LONG);
    else if (does === 'next batch') await this.#nextIfComplete();
    else if (does === 'ask') await this.#ask(PICKED[which % PICKED.length]!, annotator);
    else if (task) await this.#about(task, annotator, does, answer);
  }

  async #nextIfComplete(): Promise<void> {
    const { progress } = await at.labelling.getBatchProgress({ campaignId: this.campaignId });
    if (progress?.answered === progress?.tasks) await this.nextBatch();
  }

  async #ask(spectrumId: string, annotator: (typeof PEOPLE)[number]): Promise<void> {
    const request = { requestId: randomUUID(), campaignId: this.campaignId, spectrumIds: [spectrumId], annotator };
    await refusable(at.labelling.askAboutSpectra(request));
  }

  async #about(task: LabellingTask, annotator: (typeof PEOPLE)[number], does: Act['does'], answer: string) {
    const request = { requestId: randomUUID(), taskId: task.taskId };
    if (does === 'release') {
      await at.labelling.releaseTasks({ taskIds: [task.taskId], annotator: annotator.name });
    } else if (does === 'undo') {
      await refusable(at.labelling.undoLabel({ ...request, annotator: annotator.name }));
    } else if (does === 'adjudicate') {
      const isOfBatch = [Purpose.QUERY, Purpose.AUDIT, Purpose.CHOICE].includes(task.purpose);
      if (!isOfBatch || answer === 'skip') return;
      await refusable(at.labelling.adjudicate({ ...request, annotator, decision: decisionOf(answer) }));
    } else {
      await refusable(annotators.submit(task.taskId, annotator, answer));
    }
  }
}

/** The tasks, the batch and the event agree with the log. */
async function expectProgress({ campaignId, iterations }: Campaign, log: readonly Label[]): Promise<void> {
  const { tasks } = await at.labelling.listTasks({ campaignId, pageSize: 1000 });
  const last = new Map(log.map((label) => [label.taskId, label]));
  for (const { taskId, decision } of tasks) {
    const label = last.get(taskId);
    expect(decision).toEqual(label?.retraction ? undefined : label?.decision);
  }
  const { progress } = await at.labelling.getBatchProgress({ campaignId });
  const ofBatch = tasks.filter(({ iteration }) => iteration === progress?.iteration);
  expect(progress?.tasks).toBe(ofBatch.length);
  expect(progress?.answered).toBe(ofBatch.filter(({ decision }) => decision !== undefined).length);
  expect(at.selection.heard.filter((event) => event.campaignId === campaignId).length).toBeLessThanOrEqual(iterations);
}

/** Each comparison is of two people, and of answers that stand. */
async function expectAgreement({ campaignId }: Campaign, log: readonly Label[]): Promise<void> {
  const { pairs, overall, annotators: found } = await at.labelling.getAgreement({ campaignId });
  const overlaps = standingOf(log).filter(({ purpose }) => purpose === Purpose.OVERLAP);
  for (const { first, second, agreement } of pairs) {
    expect(first < second).toBe(true);
    expect(agreement?.confusion.reduce((sum, count) => sum + count, 0)).toBe(agreement?.questions);
  }
  const compared = pairs.reduce((sum, { agreement }) => sum + agreement!.questions, 0);
  expect(compared).toBeLessThanOrEqual(overlaps.length);
  expect(overall?.questions).toBe(compared);
  expect(found.reduce((sum, { withOthers }) => sum + withOthers!.questions, 0)).toBe(2 * compared);
}

/** A call that may be refused for what has happened before, and for nothing else. */
async function refusable(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof RpcError)) throw error;
    expect(REFUSALS).toContain(error.reason);
  });
}

/** Answers that were not taken back. */
function standingOf(log: readonly Label[]): Label[] {
  const isTakenBack = (label: Label): boolean =>
    log.some((later) => later.retraction && later.taskId === label.taskId && later.position > label.position);
  return log.filter((label) => !label.retraction && !isTakenBack(label));
}

/** The latest standing answer of each spectrum, second answers left out. */
function naiveEffective(log: readonly Label[]): Label[] {
  const isSecond = ({ purpose }: Label): boolean => purpose === Purpose.OVERLAP || purpose === Purpose.REPEAT;
  const counting = standingOf(log).filter((label) => !isSecond(label));
  const latest = new Map(counting.map((label) => [label.spectrumId, label]));
  return counting.filter((label) => latest.get(label.spectrumId) === label);
}

/** Second answers come after first ones, blind; repeats after one's own of an earlier iteration. */
function expectSecondAnswers(log: readonly Label[]): void {
  const answersBefore = ({ aboutTaskId, position }: Label): Label[] =>
    log.filter((label) => label.taskId === aboutTaskId && label.position < position);
  const second = log.filter(({ purpose }) => purpose === Purpose.OVERLAP || purpose === Purpose.REPEAT);
  for (const label of second) {
    expect(answersBefore(label).length).toBeGreaterThan(0);
    expect(label.probabilitiesShown).toEqual([]);
  }
  for (const label of second.filter(({ purpose, retraction }) => purpose === Purpose.REPEAT && !retraction)) {
    const own = answersBefore(label).filter(({ annotator }) => annotator?.name === label.annotator?.name);
    expect(own.some(({ iteration }) => iteration < label.iteration)).toBe(true);
  }
}

describe('three annotators who do anything in any order', () => {
  it('leave a log that adds up', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { minLength: 20, maxLength: 60 }), async (acts) => {
        const campaign = new Campaign();
        await campaign.nextBatch();
        for (const act of acts) await campaign.act(act);
        const log = await annotators.log(campaign.campaignId);
        const positions = log.map(({ position }) => position);
        expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
        expect(await annotators.log(campaign.campaignId, true)).toEqual(naiveEffective(log));
        expectSecondAnswers(log);
        await expectProgress(campaign, log);
        await expectAgreement(campaign, log);
      }),
      { numRuns: 10 },
    );
  });
});
