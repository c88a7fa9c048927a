import { randomUUID } from 'node:crypto';
import { Annotator_Kind, LabellingTask_State, Purpose, type LabellingTask } from '@spectrawl/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnnotatorsAtWork, decisionOf, person } from './annotators-at-work.ts';
import { startLabelling, type LabellingAtWork } from './labelling-at-work.ts';
import { CLASSES, questions } from './selection-stand-in.ts';

const [PETR, JANA, EVA] = [person('petr'), person('jana'), person('eva')];
const LEASE_MILLISECONDS = 900_000;
const REPEAT_AGE = 1_800_000;

let at: LabellingAtWork;
let annotators: AnnotatorsAtWork;
beforeAll(async () => {
  // Every question is put again to a second person and, later, to the first one.
  at = await startLabelling({ overlap: { share: 1 }, repeats: { share: 1 }, watchInterval: 20 });
  annotators = new AnnotatorsAtWork(at);
});
afterAll(() => at.stop());

let campaigns = 0;
const newCampaign = (): string => `twice-${(campaigns += 1)}`;

/** Petr answers a batch alone, then Jana what is left for her: the overlaps. */
async function answeredTwice(
  spectra: number,
  first: (task: LabellingTask) => string,
  second: (task: LabellingTask) => string,
  audits = 0,
) {
  const campaignId = newCampaign();
  const tasks = await annotators.ask(campaignId, 0, questions(spectra - audits, audits));
  await annotators.answerAll(campaignId, PETR, first);
  const overlaps = await annotators.answerAll(campaignId, JANA, second);
  return { campaignId, tasks, overlaps };
}

describe('an overlap', () => {
  it('is not asked while there is one annotator only', async () => {
    const campaignId = newCampaign();
    const tasks = await annotators.ask(campaignId, 0, questions(6, 4));
    const answered = await annotators.answerAll(campaignId, PETR);
    expect(answered.map(({ taskId }) => taskId).toSorted()).toEqual(tasks.map(({ taskId }) => taskId).toSorted());
    await at.selection.hearsOf(campaignId, 0);
    at.pass(REPEAT_AGE);
    expect(await annotators.lease(campaignId, PETR)).toEqual([]);
  });

  it('is the same question to another person, blind, and in no batch', async () => {
    const { campaignId, tasks, overlaps } = await answeredTwice(
      6,
      () => 'single-peak',
      () => 'double-peak',
      3,
    );
    expect(overlaps.map(({ spectrumId }) => spectrumId).toSorted()).toEqual(
      tasks.map(({ spectrumId }) => spectrumId).toSorted(),
    );
    for (const overlap of overlaps) {
      expect(overlap).toMatchObject({
        purpose: Purpose.OVERLAP,
        state: LabellingTask_State.LEASED,
        annotator: 'jana',
        iteration: 0,
        probabilities: [],
        reason: '',
        classes: CLASSES,
        poolId: 'survey',
      });
      expect(tasks.map(({ taskId }) => taskId)).not.toContain(overlap.taskId);
      expect(overlap.taskId).toMatch(/^twice-\d+\.0\.[0-9a-f]{16}$/);
    }
    expect((await at.labelling.listTasks({ campaignId })).tasks).toHaveLength(6);
    expect((await at.labelling.getBatchProgress({ campaignId })).progress).toMatchObject({ tasks: 6, answered: 6 });
    expect(at.selection.heard.filter((event) => event.campaignId === campaignId)).toHaveLength(1);

    const log = await annotators.log(campaignId);
    expect(log).toHaveLength(12);
    for (const label of log.filter(({ purpose }) => purpose === Purpose.OVERLAP)) {
      const about = tasks.find(({ taskId }) => taskId === label.aboutTaskId);
      expect(label).toMatchObject({
        spectrumId: about?.spectrumId,
        aboutPurpose: about?.purpose,
        probabilitiesShown: [],
        annotator: JANA,
      });
    }
    const counting = await annotators.log(campaignId, true);
    expect(counting.map(({ decision }) => decision)).toMatchObject(tasks.map(() => decisionOf('single-peak')));
    expect(await annotators.lease(campaignId, EVA)).toEqual([]);
  });

  it('comes now and then while the batch has questions, and does not hold it up', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, questions(40, 0));
    for (const task of await annotators.lease(campaignId, PETR, 20)) await annotators.submit(task.taskId, PETR);
    const first = await annotators.lease(campaignId, JANA, 10);
    expect(first.map(({ purpose }) => purpose)).toEqual(first.map(() => Purpose.QUERY));
    for (const { taskId } of first) await annotators.submit(taskId, JANA);
    const later = await annotators.lease(campaignId, JANA, 4);
    expect(new Set(later.map(({ purpose }) => purpose))).toContain(Purpose.OVERLAP);
    expect(later.map(({ rank }) => rank)).toEqual(later.map(({ rank }) => rank).toSorted((a, b) => a - b));
    // They stay hers, and come first.
    const again = await annotators.lease(campaignId, JANA, 4);
    expect(again.map(({ taskId }) => taskId)).toEqual(later.map(({ taskId }) => taskId));
    await at.labelling.releaseTasks({ taskIds: later.map(({ taskId }) => taskId), annotator: 'jana' });
    await annotators.answerAll(campaignId, PETR);
    await at.selection.hearsOf(campaignId, 0);
  });

  it('is for one person at a time, and only for the one who holds it', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, questions(1, 0));
    await annotators.answerAll(campaignId, PETR);
    const [overlap] = (await annotators.lease(campaignId, JANA)) as [LabellingTask];
    expect(await annotators.lease(campaignId, EVA)).toEqual([]);
    for (const other of [PETR, EVA]) {
      await expect(annotators.submit(overlap.taskId, other)).rejects.toMatchObject({ reason: 'TASK_LEASED' });
    }
    at.pass(LEASE_MILLISECONDS);
    const [taken] = (await annotators.lease(campaignId, EVA)) as [LabellingTask];
    expect(taken.taskId).toBe(overlap.taskId);
    await expect(annotators.submit(overlap.taskId, JANA)).rejects.toMatchObject({ reason: 'TASK_LEASED' });
    expect(await at.labelling.releaseTasks({ taskIds: [overlap.taskId], annotator: 'eva' })).toMatchObject({
      released: 1,
    });
    await expect(annotators.submit(overlap.taskId, EVA)).rejects.toMatchObject({ reason: 'TASK_LEASED' });
    expect(await annotators.lease(campaignId, JANA)).toHaveLength(1);
  });

  it('can be answered anew and taken back, also when the batch is complete', async () => {
    const { campaignId, overlaps } = await answeredTwice(
      2,
      () => 'absorption',
      () => 'double-peak',
    );
    const [overlap] = overlaps as [LabellingTask];
    await annotators.submit(overlap.taskId, JANA, 'absorption');
    expect((await at.labelling.getAgreement({ campaignId })).pairs[0]?.agreement).toMatchObject({ equal: 1 });
    const undo = { taskId: overlap.taskId, annotator: 'jana' };
    const { task } = await at.labelling.undoLabel({ requestId: randomUUID(), ...undo });
    expect(task).toMatchObject({ taskId: overlap.taskId, state: LabellingTask_State.LEASED, purpose: Purpose.OVERLAP });
    expect((await at.labelling.getAgreement({ campaignId })).pairs[0]?.agreement).toMatchObject({ questions: 1 });
    expect((await at.labelling.getBatchProgress({ campaignId })).progress).toMatchObject({ answered: 2 });
    await expect(at.labelling.undoLabel({ requestId: randomUUID(), ...undo })).rejects.toMatchObject({
      reason: 'NOTHING_TO_UNDO',
    });
    expect(await annotators.log(campaignId, true)).toHaveLength(2);
  });

  it('is not put to programs, which would answer the same', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, questions(2, 0));
    await annotators.answerAll(campaignId, PETR);
    const oracle = { name: 'oracle', kind: Annotator_Kind.SIMULATED };
    expect((await at.labelling.leaseTasks({ campaignId, annotator: oracle, maxTasks: 9 })).tasks).toEqual([]);
  });

  it('is not asked of what the first one skipped', async () => {
    const { overlaps } = await answeredTwice(
      2,
      ({ rank }) => (rank === 1 ? 'skip' : 'unsure'),
      () => 'absorption',
    );
    expect(overlaps.map(({ rank }) => rank)).toEqual([2]);
  });
});

describe('a repeat', () => {
  it("puts one's own older questions again, in a later iteration", async () => {
    const campaignId = newCampaign();
    const tasks = await annotators.ask(campaignId, 0, questions(4, 0));
    await annotators.answerAll(campaignId, PETR, ({ rank }) => (rank === 1 ? 'double-peak' : 'single-peak'));
    await annotators.ask(campaignId, 1, questions(0, 1));
    expect((await annotators.answerAll(campaignId, PETR)).map(({ purpose }) => purpose)).toEqual([Purpose.AUDIT]);
    at.pass(REPEAT_AGE);
    const repeats = await annotators.answerAll(campaignId, PETR, () => 'single-peak');
    expect(repeats.map(({ spectrumId }) => spectrumId)).toEqual(tasks.map(({ spectrumId }) => spectrumId));
    for (const repeat of repeats) {
      expect(repeat).toMatchObject({ purpose: Purpose.REPEAT, iteration: 1, probabilities: [], reason: '' });
    }
    const { annotators: found, pairs } = await at.labelling.getAgreement({ campaignId });
    expect(pairs).toEqual([]);
    expect(found).toHaveLength(1);
    expect(found[0]?.withOneself).toMatchObject({ questions: 4, equal: 3 });
    const { disagreements } = await at.labelling.listDisagreements({ campaignId });
    expect(disagreements.map(({ first, second }) => [first?.annotator?.name, second?.purpose])).toEqual([
      ['petr', Purpose.REPEAT],
    ]);
    const counting = await annotators.log(campaignId, true);
    expect(counting.map(({ purpose }) => purpose)).not.toContain(Purpose.REPEAT);
  });
});

describe('agreement', () => {
  it('is empty where nobody was asked twice', async () => {
    expect(await at.labelling.getAgreement({ campaignId: 'absent' })).toMatchObject({
      categories: [],
      pairs: [],
      annotators: [],
      iterations: [],
      overlapShare: 1,
      repeatShare: 1,
      overlapsWaiting: 0,
      disagreementsOpen: 0,
      annotatorsTotal: 0,
    });
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, questions(3, 0));
    await annotators.answerAll(campaignId, PETR);
    expect(await at.labelling.getAgreement({ campaignId })).toMatchObject({
      categories: [...CLASSES, 'unsure'],
      pairs: [],
      overlapsWaiting: 3,
      annotatorsTotal: 1,
    });
  });

  it('is counted per pair, annotator and iteration, with unsure among the categories and skips left out', async () => {
    const answers: Record<number, [first: string, second: string]> = {
      1: ['absorption', 'absorption'],
      2: ['absorption', 'double-peak'],
      3: ['single-peak', 'single-peak'],
      4: ['single-peak', 'unsure'],
      5: ['unsure', 'unsure'],
      6: ['double-peak', 'skip'],
    };
    const { campaignId } = await answeredTwice(
      6,
      ({ rank }) => answers[rank]![0],
      ({ rank }) => answers[rank]![1],
    );
    const { pairs, annotators: found, iterations } = await at.labelling.getAgreement({ campaignId });
    // Rows are of Jana, who comes first by name.
    const confusion = [1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1];
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ first: 'jana', second: 'petr', agreement: { questions: 5, equal: 3, confusion } });
    // (3/5 − 6/25) / (1 − 6/25): Jana's totals are 1, 1, 1, 2 and Petr's 2, 2, 0, 1.
    expect(pairs[0]?.agreement?.kappa).toBeCloseTo((15 - 6) / (25 - 6), 12);
    expect(found.map(({ annotator, withOthers }) => [annotator, withOthers?.questions, withOthers?.equal])).toEqual([
      ['jana', 5, 3],
      ['petr', 5, 3],
    ]);
    expect(found[0]?.withOthers?.confusion).toEqual(confusion);
    expect(iterations).toMatchObject([{ iteration: 0, agreement: { questions: 5, equal: 3 } }]);
  });

  it('is of answers that are independent: corrections by others do not enter, own ones do', async () => {
    const { campaignId, tasks } = await answeredTwice(
      2,
      () => 'absorption',
      () => 'double-peak',
    );
    const equal = async () => (await at.labelling.getAgreement({ campaignId })).pairs[0]?.agreement?.equal;
    await annotators.submit(tasks[0]!.taskId, EVA, 'double-peak');
    expect(await equal()).toBe(0);
    await annotators.submit(tasks[1]!.taskId, PETR, 'double-peak');
    expect(await equal()).toBe(1);
  });
});

describe('disagreements', () => {
  const first = ['absorption', 'single-peak', 'double-peak', 'single-peak', 'double-peak', 'absorption'];
  const second = ['double-peak', 'double-peak', 'unsure', 'absorption', 'double-peak', 'unsure'];

  async function disputed() {
    const { campaignId, tasks } = await answeredTwice(
      6,
      ({ rank }) => first[rank - 1]!,
      ({ rank }) => second[rank - 1]!,
      2,
    );
    return { campaignId, tasks };
  }

  it('come most important first, in pages', async () => {
    const { campaignId, tasks } = await disputed();
    const importance = ({ rank, purpose }: LabellingTask): number => {
      const [one, other] = [first[rank - 1]!, second[rank - 1]!];
      const kind = [one, other].includes('unsure') ? 2 : [one, other].includes('absorption') ? 0 : 1;
      return kind + (purpose === Purpose.AUDIT ? 0 : 3);
    };
    const expected = tasks
      .filter(({ rank }) => first[rank - 1] !== second[rank - 1])
      .toSorted((a, b) => importance(a) - importance(b) || b.rank - a.rank);
    const found: string[] = [];
    let pageToken = '';
    do {
      const page = await at.labelling.listDisagreements({ campaignId, pageSize: 2, pageToken });
      expect(page.disagreements.length).toBeLessThanOrEqual(2);
      found.push(...page.disagreements.map(({ taskId }) => taskId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(found).toEqual(expected.map(({ taskId }) => taskId));
    expect((await at.labelling.getAgreement({ campaignId })).disagreementsOpen).toBe(5);
    await expect(
      at.labelling.listDisagreements({ campaignId, pageToken: Buffer.from('after:x').toString('base64url') }),
    ).rejects.toMatchObject({ reason: 'BAD_PAGE_TOKEN' });
  });

  it('are settled by an adjudication, which counts from then on', async () => {
    const { campaignId } = await disputed();
    const { disagreements } = await at.labelling.listDisagreements({ campaignId });
    const [dispute] = disagreements;
    const request = { requestId: randomUUID(), taskId: dispute!.taskId, annotator: EVA, comment: 'wings of Hα' };
    const decision = decisionOf('double-peak');
    const { label } = await at.labelling.adjudicate({ ...request, decision });
    expect(await at.labelling.adjudicate({ ...request, decision })).toMatchObject({ label });
    expect(label).toMatchObject({
      purpose: Purpose.ADJUDICATION,
      campaignId,
      spectrumId: dispute?.spectrumId,
      aboutTaskId: dispute?.taskId,
      aboutPurpose: Purpose.AUDIT,
      annotator: EVA,
      comment: 'wings of Hα',
      decision,
    });
    const counting = await annotators.log(campaignId, true);
    expect(counting.filter(({ spectrumId }) => spectrumId === dispute?.spectrumId)).toEqual([label]);
    expect((await at.labelling.getBatchProgress({ campaignId })).progress).toMatchObject({ answered: 6 });

    const after = await at.labelling.listDisagreements({ campaignId });
    expect(after.disagreements.map(({ taskId }) => taskId)).toEqual([
      ...disagreements.slice(1).map(({ taskId }) => taskId),
      dispute?.taskId,
    ]);
    expect(after.disagreements.at(-1)?.adjudication).toEqual(label);
    expect((await at.labelling.listDisagreements({ campaignId, openOnly: true })).disagreements).toHaveLength(4);
    const { disagreementsOpen, annotators: found } = await at.labelling.getAgreement({ campaignId });
    expect(disagreementsOpen).toBe(4);
    const upheld = [dispute?.first, dispute?.second].find((one) => one?.decision?.answer.value === 'double-peak');
    expect(found.map(({ annotator, adjudicated, upheld: right }) => [annotator, adjudicated, right])).toEqual(
      ['jana', 'petr'].map((name) => [name, 1, Number(upheld?.annotator?.name === name)]),
    );

    const later = { ...request, requestId: randomUUID(), decision: decisionOf('unsure') };
    const { label: second } = await at.labelling.adjudicate(later);
    expect((await annotators.log(campaignId, true)).at(-1)).toEqual(second);
  });

  it('that are settled while the batch is open count in it; taking the first answer back leaves that', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, questions(0, 3));
    const [task] = (await annotators.lease(campaignId, PETR, 1)) as [LabellingTask];
    await annotators.submit(task.taskId, PETR, 'absorption');
    const own = await annotators.lease(campaignId, JANA, 3);
    const overlap = own.find(({ purpose }) => purpose === Purpose.OVERLAP)!;
    await annotators.submit(overlap.taskId, JANA, 'double-peak');
    const { disagreements } = await at.labelling.listDisagreements({ campaignId });
    expect(disagreements).toMatchObject([{ taskId: task.taskId, batchOpen: true, purpose: Purpose.AUDIT }]);
    const settle = { taskId: task.taskId, annotator: EVA, decision: decisionOf('single-peak') };
    const { label } = await at.labelling.adjudicate({ requestId: randomUUID(), ...settle });
    await at.labelling.undoLabel({ requestId: randomUUID(), taskId: task.taskId, annotator: 'petr' });
    expect(await annotators.log(campaignId, true)).toEqual([label]);
    await expect(at.labelling.adjudicate({ requestId: randomUUID(), ...settle })).rejects.toMatchObject({
      reason: 'NOTHING_TO_ADJUDICATE',
    });
  });

  it.each([
    [{ taskId: 'absent' }, 'TASK_NOT_FOUND'],
    [{ decision: decisionOf('skip') }, 'BAD_REQUEST'],
    [{ decision: decisionOf('galaxy') }, 'UNKNOWN_CLASS'],
    [{ annotator: { name: '', kind: Annotator_Kind.PERSON } }, 'BAD_REQUEST'],
  ])('are not settled by %o', async (wrong, reason) => {
    const { tasks } = await answeredTwice(
      1,
      () => 'absorption',
      () => 'double-peak',
    );
    const right = { requestId: randomUUID(), taskId: tasks[0]!.taskId, annotator: EVA };
    const request = { ...right, decision: decisionOf('absorption'), ...wrong };
    await expect(at.labelling.adjudicate(request)).rejects.toMatchObject({ reason });
  });
});

describe('who watches a batch', () => {
  it('sees how far it is and who labels what', async () => {
    const campaignId = newCampaign();
    const leaving = new AbortController();
    const watched = at.labelling.watchBatch({ campaignId }, { signal: leaving.signal })[Symbol.asyncIterator]();
    const seen = async (matches: (view: Awaited<ReturnType<typeof next>>) => boolean) => {
      for (;;) {
        const view = await next();
        if (matches(view)) return view;
      }
    };
    const next = async () => (await watched.next()).value!;
    expect(await next()).toMatchObject({ present: [] });

    await annotators.ask(campaignId, 0, questions(4, 0));
    const opened = await seen(({ progress }) => progress?.tasks === 4);
    expect(opened.present).toEqual([]);
    const tasks = await annotators.lease(campaignId, PETR, 2);
    const holding = await seen(({ present }) => present.length === 1);
    expect(holding.present).toMatchObject([
      { annotator: 'petr', taskId: tasks[0]?.taskId, spectrumId: tasks[0]?.spectrumId, held: 2, recentLabels: 0 },
    ]);
    await annotators.submit(tasks[0]!.taskId, PETR);
    const labelled = await seen(({ progress }) => progress?.answered === 1);
    expect(labelled.present).toMatchObject([{ annotator: 'petr', taskId: tasks[1]?.taskId, held: 1, recentLabels: 1 }]);
    at.pass(LEASE_MILLISECONDS);
    expect((await seen(({ present }) => present.length === 0)).progress).toMatchObject({ tasks: 4, answered: 1 });
    await annotators.answerAll(campaignId, JANA);
    await annotators.ask(campaignId, 1, questions(2, 0));
    expect((await seen(({ progress }) => progress?.iteration === 1)).progress).toMatchObject({ tasks: 2, answered: 0 });
    leaving.abort();
    await expect(watched.next()).rejects.toThrow(/cancel|abort/i);
  });
});
