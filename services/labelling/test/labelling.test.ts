import { randomUUID } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import {
  Annotator_Kind,
  Decision_Abstention,
  LabellingTask_State,
  Purpose,
  type Label,
  type LabellingTask,
} from '@spectrawl/contracts';
import { RpcError } from '@spectrawl/grpc';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLabelling, type LabellingAtWork } from './labelling-at-work.ts';
import { CLASSES, modelOf, probabilitiesOf, questions, type Question } from './selection-stand-in.ts';

const LEASE_MILLISECONDS = 900_000;

const PETR = { name: 'petr', kind: Annotator_Kind.PERSON };
const JANA = { name: 'jana', kind: Annotator_Kind.PERSON };

const aClass = (name: string) => ({ answer: { case: 'class' as const, value: name } });
const anAbstention = (value: Decision_Abstention) => ({ answer: { case: 'abstention' as const, value } });

let at: LabellingAtWork;
beforeAll(async () => {
  // Nobody is asked anything twice here.
  at = await startLabelling({ overlap: { share: 0 }, repeats: { share: 0 } });
});
afterAll(() => at.stop());

let campaigns = 0;
const newCampaign = (): string => `campaign-${(campaigns += 1)}`;

/** Draws a batch and waits until its tasks are there. */
async function ask(campaignId: string, iteration: number, asked: readonly Question[]): Promise<LabellingTask[]> {
  await at.selection.store(campaignId, iteration, asked);
  await at.selection.say(campaignId, iteration, asked.length);
  await opened(campaignId, iteration);
  return tasksOf(campaignId, iteration);
}

async function opened(campaignId: string, iteration: number): Promise<void> {
  const isOpen = async () =>
    expect((await at.labelling.getBatchProgress({ campaignId })).progress?.iteration).toBe(iteration);
  await vi.waitFor(isOpen, { timeout: 30_000, interval: 20 });
}

async function tasksOf(campaignId: string, iteration?: number): Promise<LabellingTask[]> {
  const { tasks } = await at.labelling.listTasks({
    campaignId,
    ...(iteration !== undefined && { iteration }),
    pageSize: 1000,
  });
  return tasks;
}

const submit = (
  task: LabellingTask,
  annotator = PETR,
  decision: ReturnType<typeof aClass> | ReturnType<typeof anAbstention> = aClass('absorption'),
  requestId: string = randomUUID(),
) => at.labelling.submitLabel({ requestId, taskId: task.taskId, annotator, decision });

const undo = (task: LabellingTask, annotator = PETR.name, requestId: string = randomUUID()) =>
  at.labelling.undoLabel({ requestId, taskId: task.taskId, annotator });

const lease = async (campaignId: string, annotator: typeof PETR, maxTasks: number) =>
  (await at.labelling.leaseTasks({ campaignId, annotator, maxTasks })).tasks;

type LabelFilter = Parameters<typeof at.labelling.listLabels>[0];
async function labels(filter: LabelFilter = {}): Promise<Label[]> {
  const all: Label[] = [];
  for await (const batch of at.labelling.listLabels(filter)) {
    expect(batch.labels.length).toBeLessThanOrEqual(1000);
    all.push(...batch.labels);
  }
  return all;
}

type ImportMessage = Parameters<typeof at.labelling.importLabels>[0] extends AsyncIterable<infer M> ? M : never;
type ImportedRow = { spectrumId: string; class: string };

async function* importOf(poolId: string, rows: ImportedRow[], requestId: string = randomUUID()) {
  yield { payload: { case: 'open', value: { requestId, poolId, annotator: 'labels.csv' } } } satisfies ImportMessage;
  for (let from = 0; from < rows.length; from += 1000) {
    yield { payload: { case: 'rows', value: { rows: rows.slice(from, from + 1000) } } } satisfies ImportMessage;
  }
}

/** Lets the service come to the end of what it has been sent: calls of one connection arrive in their order. */
async function settled(): Promise<void> {
  for (let calls = 0; calls < 20; calls++) await tasksOf('absent');
}

describe('a batch', () => {
  it('becomes one open task a row, by rank, queries among audits, audits blind', async () => {
    const campaignId = newCampaign();
    const asked = questions(12, 8);
    const tasks = await ask(campaignId, 3, asked);
    expect(tasks.map(({ rank }) => rank)).toEqual(asked.map((_, i) => i + 1));
    expect(tasks.map(({ spectrumId }) => spectrumId).toSorted()).toEqual(asked.map(({ id }) => id).toSorted());
    expect(tasks.map(({ spectrumId }) => spectrumId)).not.toEqual(asked.map(({ id }) => id));
    for (const task of tasks) {
      const row = asked.findIndex(({ id }) => id === task.spectrumId);
      const isQuery = asked[row]?.purpose === 'query';
      expect(task).toMatchObject({
        campaignId,
        iteration: 3,
        poolId: 'survey',
        purpose: isQuery ? Purpose.QUERY : Purpose.AUDIT,
        reason: isQuery ? `margin rank ${row + 1}` : '',
        probabilities: isQuery ? probabilitiesOf(row) : [],
        modelId: modelOf(3),
        classes: CLASSES,
        state: LabellingTask_State.OPEN,
        annotator: '',
      });
      expect([task.leaseExpireTime, task.decision]).toEqual([undefined, undefined]);
    }
    const { progress } = await at.labelling.getBatchProgress({ campaignId });
    expect(progress).toMatchObject({ campaignId, iteration: 3, tasks: 20, answered: 0, unsure: 0, skipped: 0 });
  });

  it('is opened once, however often it is told of', async () => {
    const campaignId = newCampaign();
    await at.selection.store(campaignId, 0, questions(3, 2));
    const eventId = randomUUID();
    for (const id of [eventId, eventId, randomUUID()]) await at.selection.say(campaignId, 0, 5, id);
    const [first] = await ask(campaignId, 1, questions(1, 0));
    expect(await tasksOf(campaignId, 0)).toHaveLength(5);
    expect(await tasksOf(campaignId)).toHaveLength(6);
    expect(first?.rank).toBe(1);
  });

  it('is labelled at once when it is empty', async () => {
    const campaignId = newCampaign();
    const before = await labels();
    await at.selection.store(campaignId, 0, []);
    await at.selection.say(campaignId, 0, 0);
    const message = await at.selection.hearsOf(campaignId, 0);
    expect(Number(message.labelPosition)).toBe(before.length);
    expect((await at.labelling.getBatchProgress({ campaignId })).progress).toMatchObject({ tasks: 0, answered: 0 });
  });

  it('that can not be understood is put aside, and the next one is opened', async () => {
    const campaignId = newCampaign();
    await at.selection.store(campaignId, 0, questions(3, 0));
    await at.selection.say(campaignId, 0, 4);
    expect(await ask(campaignId, 1, questions(2, 0))).toHaveLength(2);
    expect(await tasksOf(campaignId, 0)).toEqual([]);
  });

  it('of an unknown campaign has no progress', async () => {
    await expect(at.labelling.getBatchProgress({ campaignId: 'absent' })).rejects.toMatchObject({
      reason: 'BATCH_NOT_FOUND',
    });
  });
});

describe('two annotators', () => {
  it('who label a batch of 100 at once answer each task once, and it is labelled once', async () => {
    const campaignId = newCampaign();
    const tasks = await ask(campaignId, 0, questions(60, 40));
    const answeredBy = await Promise.all(
      [PETR, JANA].map(async (annotator) => {
        const answered: LabellingTask[] = [];
        for (;;) {
          const leased = await lease(campaignId, annotator, 7);
          if (leased.length === 0) return answered;
          for (const task of leased) {
            expect(task).toMatchObject({ state: LabellingTask_State.LEASED, annotator: annotator.name });
            await submit(task, annotator, aClass(CLASSES[task.rank % 3] as string));
            answered.push(task);
          }
        }
      }),
    );
    expect(answeredBy.every(({ length }) => length > 0)).toBe(true);
    const answered = answeredBy.flat().map(({ taskId }) => taskId);
    expect(answered.toSorted()).toEqual(tasks.map(({ taskId }) => taskId).toSorted());

    const log = (await labels({ campaignId })).filter((label) => label.campaignId === campaignId);
    expect(log.map(({ taskId }) => taskId).toSorted()).toEqual(answered.toSorted());
    const { labelPosition } = await at.selection.hearsOf(campaignId, 0);
    expect(labelPosition).toBe(log.at(-1)?.position);

    await submit(tasks[0]!, JANA, aClass('double-peak'));
    const next = await ask(campaignId, 1, questions(1, 0));
    await submit(next[0]!);
    await at.selection.hearsOf(campaignId, 1);
    expect(
      at.selection.heard.filter((event) => event.campaignId === campaignId).map(({ iteration }) => iteration),
    ).toEqual([0, 1]);
  });

  it('never hold the same task, and each gets the own ones first', async () => {
    const campaignId = newCampaign();
    await ask(campaignId, 0, questions(6, 0));
    const ranks = (tasks: LabellingTask[]) => tasks.map(({ rank }) => rank);
    expect(ranks(await lease(campaignId, PETR, 2))).toEqual([1, 2]);
    expect(ranks(await lease(campaignId, JANA, 2))).toEqual([3, 4]);
    expect(ranks(await lease(campaignId, JANA, 0))).toEqual([3]);
    expect(ranks(await lease(campaignId, PETR, 100))).toEqual([1, 2, 5, 6]);
    expect(ranks(await lease(campaignId, JANA, 100))).toEqual([3, 4]);
    expect(ranks(await lease(campaignId, { name: 'eva', kind: Annotator_Kind.PERSON }, 1))).toEqual([]);
  });

  it('can not answer what the other holds, until the lease ends', async () => {
    const campaignId = newCampaign();
    await ask(campaignId, 0, questions(2, 0));
    const [held] = (await lease(campaignId, PETR, 1)) as [LabellingTask];
    const ends = timestampDate(held.leaseExpireTime!).getTime();
    expect(ends).toBeGreaterThan(Date.now());
    await expect(submit(held, JANA)).rejects.toMatchObject({
      reason: 'TASK_LEASED',
      message: expect.stringContaining('"petr" holds task'),
    });
    at.pass(LEASE_MILLISECONDS);
    expect((await tasksOf(campaignId))[0]).toMatchObject({ state: LabellingTask_State.OPEN, annotator: '' });
    const [taken] = (await lease(campaignId, JANA, 1)) as [LabellingTask];
    expect(taken.taskId).toBe(held.taskId);
    await expect(submit(held, PETR)).rejects.toMatchObject({ reason: 'TASK_LEASED' });
    await submit(taken, JANA);
  });

  it('give back what they do not want to answer, and only their own', async () => {
    const campaignId = newCampaign();
    await ask(campaignId, 0, questions(3, 0));
    const mine = await lease(campaignId, PETR, 2);
    const others = await lease(campaignId, JANA, 1);
    await submit(mine[0]!);
    const taskIds = [...mine, ...others].map(({ taskId }) => taskId).concat('absent');
    expect(await at.labelling.releaseTasks({ taskIds, annotator: 'petr' })).toMatchObject({ released: 1 });
    expect((await tasksOf(campaignId)).map(({ state }) => state)).toEqual([
      LabellingTask_State.ANSWERED,
      LabellingTask_State.OPEN,
      LabellingTask_State.LEASED,
    ]);
  });
});

describe('an answer', () => {
  it('is logged with all that was asked, shown and said', async () => {
    const campaignId = newCampaign();
    const asked = questions(1, 1);
    const tasks = await ask(campaignId, 2, asked);
    const answers = [
      { kind: Annotator_Kind.PERSON, comment: 'shell star?', decision: aClass('double-peak') },
      { kind: Annotator_Kind.SIMULATED, comment: '', decision: anAbstention(Decision_Abstention.UNSURE) },
    ];
    for (const [i, task] of tasks.entries()) {
      const { kind, comment, decision } = answers[i]!;
      const request = { requestId: randomUUID(), taskId: task.taskId, annotator: { name: `a${i}`, kind } };
      const { label, progress } = await at.labelling.submitLabel({ ...request, comment, decision });
      expect(label).toMatchObject({
        poolId: 'survey',
        spectrumId: task.spectrumId,
        campaignId,
        iteration: 2,
        taskId: task.taskId,
        purpose: task.purpose,
        decision,
        retraction: false,
        annotator: { name: `a${i}`, kind },
        modelId: modelOf(2),
        probabilitiesShown: task.purpose === Purpose.QUERY ? probabilitiesOf(0) : [],
        comment,
      });
      expect(progress).toMatchObject({ tasks: 2, answered: i + 1, unsure: i, skipped: 0 });
      expect((await labels({ upToPosition: label!.position })).at(-1)).toEqual(label);
    }
    expect((await tasksOf(campaignId)).map(({ decision }) => decision)).toMatchObject(
      answers.map(({ decision }) => decision),
    );
  });

  it('sent again has the first effect and gives the first response', async () => {
    const campaignId = newCampaign();
    const [task, other] = (await ask(campaignId, 0, questions(2, 0))) as [LabellingTask, LabellingTask];
    const requestId = randomUUID();
    const [first, ...retries] = await Promise.all(
      Array.from({ length: 5 }, () => submit(task, PETR, aClass('absorption'), requestId)),
    );
    await submit(other);
    retries.push(await submit(task, PETR, aClass('absorption'), requestId));
    for (const retry of retries) expect(retry).toEqual(first);
    const log = (await labels({ campaignId })).filter((label) => label.taskId === task.taskId);
    expect(log).toEqual([first?.label]);
    await expect(submit(other, PETR, aClass('absorption'), requestId)).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
      message: expect.stringContaining('was used for another SubmitLabel request'),
    });
  });

  it('that was refused may be sent again under the same id, put right', async () => {
    const [task] = (await ask(newCampaign(), 0, questions(1, 0))) as [LabellingTask];
    const requestId = randomUUID();
    await expect(submit(task, PETR, aClass('galaxy'), requestId)).rejects.toMatchObject({
      reason: 'UNKNOWN_CLASS',
      message: expect.stringContaining('absorption, single-peak, double-peak'),
    });
    expect((await submit(task, PETR, aClass('absorption'), requestId)).progress?.answered).toBe(1);
  });

  it('can be corrected by anybody: the later one counts, the batch goes on counting tasks', async () => {
    const campaignId = newCampaign();
    const tasks = await ask(campaignId, 0, questions(2, 0));
    const [task] = tasks as [LabellingTask];
    await submit(task, PETR, anAbstention(Decision_Abstention.SKIP));
    expect((await submit(task, PETR, anAbstention(Decision_Abstention.UNSURE))).progress).toMatchObject({
      answered: 1,
      unsure: 1,
      skipped: 0,
    });
    expect((await submit(task, JANA, aClass('single-peak'))).progress).toMatchObject({ answered: 1, unsure: 0 });
    const ofTask = (await labels({ campaignId })).filter(({ taskId }) => taskId === task.taskId);
    expect(ofTask.map(({ annotator }) => annotator?.name)).toEqual(['petr', 'petr', 'jana']);
    const counting = await labels({ campaignId, effectiveOnly: true });
    expect(counting.filter(({ taskId }) => taskId === task.taskId)).toEqual([ofTask[2]]);
  });

  const good = { requestId: 'r', taskId: 't', annotator: PETR, decision: aClass('absorption') };
  it.each([
    ['request_id', { ...good, requestId: '' }],
    ['request_id', { ...good, requestId: 'r'.repeat(65) }],
    ['task_id', { ...good, taskId: '' }],
    ['annotator.name', { ...good, annotator: { ...PETR, name: 'n'.repeat(129) } }],
    ['annotator.kind', { ...good, annotator: { name: 'petr', kind: Annotator_Kind.IMPORT } }],
    ['annotator.name', { ...good, annotator: {} }],
    ['decision', { requestId: 'r', taskId: 't', annotator: PETR }],
    ['comment', { ...good, comment: 'c'.repeat(2001) }],
  ])('with a wrong %s is refused', async (field, request) => {
    await expect(at.labelling.submitLabel(request)).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
      message: expect.stringContaining(field),
    });
  });

  it('to no task is refused', async () => {
    await expect(at.labelling.submitLabel(good)).rejects.toMatchObject({ reason: 'TASK_NOT_FOUND' });
  });
});

describe('undo', () => {
  it('takes the answer back and hands the task to the annotator again', async () => {
    const campaignId = newCampaign();
    const [task, other] = (await ask(campaignId, 0, questions(2, 0))) as [LabellingTask, LabellingTask];
    await submit(task, PETR, aClass('absorption'));
    await submit(task, PETR, anAbstention(Decision_Abstention.UNSURE));
    const requestId = randomUUID();
    const undone = await undo(task, 'petr', requestId);
    expect(undone.task).toMatchObject({ taskId: task.taskId, state: LabellingTask_State.LEASED, annotator: 'petr' });
    expect(await undo(task, 'petr', requestId)).toEqual(undone);
    expect((await at.labelling.getBatchProgress({ campaignId })).progress).toMatchObject({ answered: 0, unsure: 0 });
    const log = (await labels({ campaignId })).filter((label) => label.campaignId === campaignId);
    expect(log.map(({ retraction, decision }) => [retraction, decision === undefined])).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
    expect((await labels({ campaignId, effectiveOnly: true })).filter(({ taskId }) => taskId !== '')).toEqual([]);
    await expect(submit(task, JANA)).rejects.toMatchObject({ reason: 'TASK_LEASED' });
    expect((await lease(campaignId, PETR, 1))[0]?.taskId).toBe(task.taskId);
    expect((await lease(campaignId, JANA, 5)).map(({ taskId }) => taskId)).toEqual([other.taskId]);
  });

  it('is for own answers only', async () => {
    const [task] = (await ask(newCampaign(), 0, questions(2, 0))) as [LabellingTask];
    await expect(undo(task)).rejects.toMatchObject({ reason: 'NOTHING_TO_UNDO' });
    await submit(task, JANA);
    await expect(undo(task, 'petr')).rejects.toMatchObject({
      reason: 'NOTHING_TO_UNDO',
      message: expect.stringContaining('its answer is of "jana"'),
    });
    await expect(undo({ ...task, taskId: 'absent' })).rejects.toMatchObject({ reason: 'TASK_NOT_FOUND' });
  });

  it('is over when the batch is complete, while corrections go on', async () => {
    const [task] = (await ask(newCampaign(), 0, questions(1, 0))) as [LabellingTask];
    await submit(task);
    await expect(undo(task)).rejects.toMatchObject({ reason: 'BATCH_CLOSED' });
    const corrected = await submit(task, PETR, aClass('double-peak'));
    expect(corrected.progress).toMatchObject({ tasks: 1, answered: 1 });
  });
});

describe('an import', () => {
  const rows = [
    { spectrumId: 's1', class: 'absorption' },
    { spectrumId: 's2', class: 'double-peak' },
    { spectrumId: 's1', class: 'absorption' },
    { spectrumId: 's3', class: 'single-peak' },
  ];

  it('appends its rows in their order, repeated ones once', async () => {
    const before = BigInt((await labels()).length);
    const answer = await at.labelling.importLabels(importOf('seed-order', rows));
    expect(answer).toMatchObject({ imported: 3n, lastPosition: before + 3n });
    const log = await labels({ poolIds: ['seed-order'] });
    expect(log.map(({ position, spectrumId }) => [position - before, spectrumId])).toEqual([
      [1n, 's1'],
      [2n, 's2'],
      [3n, 's3'],
    ]);
    expect(log[1]).toMatchObject({
      campaignId: '',
      taskId: '',
      modelId: '',
      purpose: Purpose.IMPORT,
      decision: aClass('double-peak'),
      annotator: { name: 'labels.csv', kind: Annotator_Kind.IMPORT },
      probabilitiesShown: [],
    });
  });

  it('sent again, even at the same time, is imported once', async () => {
    const requestId = randomUUID();
    const [one, two] = await Promise.all(
      [1, 2].map(() => at.labelling.importLabels(importOf('seed-retry', rows, requestId))),
    );
    expect(two).toEqual(one);
    expect(await at.labelling.importLabels(importOf('seed-retry', rows, requestId))).toEqual(one);
    expect(await labels({ poolIds: ['seed-retry'] })).toHaveLength(3);
    await expect(at.labelling.importLabels(importOf('other', rows, requestId))).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
    });
  });

  it('that contradicts itself is refused whole, naming both rows', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => ({ spectrumId: `s${i}`, class: 'absorption' }));
    const wrong = [...many, { spectrumId: 's41', class: 'double-peak' }];
    await expect(at.labelling.importLabels(importOf('seed-wrong', wrong))).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
      message: expect.stringMatching(/rows 42 and 2501 .*"s41" is "absorption" .* "double-peak"/),
    });
    expect(await labels({ poolIds: ['seed-wrong'] })).toEqual([]);
  });

  it.each([
    ['an empty id', [...rows, { spectrumId: '', class: 'absorption' }], /spectrum_id of row 5/],
    ['no class', [...rows, { spectrumId: 's4', class: '' }], /class of row 5/],
    ['a class too long', [...rows, { spectrumId: 's4', class: 'c'.repeat(65) }], /class of row 5 has 65 characters/],
    ['no rows', [], /no rows/],
  ])('with %s is refused whole', async (_, wrong, message) => {
    await expect(at.labelling.importLabels(importOf('seed-bad', wrong))).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
      message: expect.stringMatching(message),
    });
    expect(await labels({ poolIds: ['seed-bad'] })).toEqual([]);
  });

  it('begins with its opening', async () => {
    async function* unopened() {
      yield { payload: { case: 'rows', value: { rows } } } satisfies ImportMessage;
    }
    await expect(at.labelling.importLabels(unopened())).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
  });

  it.each([
    ['while it is read', 50_000],
    ['when it has been read', 4],
  ])('whose caller leaves %s is not imported', async (_, count) => {
    const sent = Array.from({ length: count }, (__, i) => ({ spectrumId: `spec-${i}`, class: 'absorption' }));
    async function* failing() {
      yield* importOf(`seed-left-${count}`, sent);
      await settled();
      throw new Error('disk is gone');
    }
    await expect(at.labelling.importLabels(failing())).rejects.toThrow('disk is gone');
    await settled();
    expect(await labels({ poolIds: [`seed-left-${count}`] })).toHaveLength(0);
  });
});

describe('the log', () => {
  it('never shows a position before those below it, however many write at once', async () => {
    const campaignId = newCampaign();
    const tasks = await ask(campaignId, 0, questions(40, 0));
    const seen: bigint[][] = [];
    let writing = true;
    const reading = (async () => {
      while (writing) seen.push((await labels({ campaignId })).map(({ position }) => position));
    })();
    const rows = Array.from({ length: 50 }, (_, i) => ({ spectrumId: `s${i}`, class: 'absorption' }));
    await Promise.all([
      ...tasks.map((task, i) => submit(task, i % 2 === 0 ? PETR : JANA)),
      ...Array.from({ length: 5 }, (_, i) => at.labelling.importLabels(importOf(`seed-${campaignId}-${i}`, rows))),
    ]);
    writing = false;
    await reading;
    const final = (await labels({ campaignId })).map(({ position }) => position);
    expect(new Set(final).size).toBe(final.length);
    expect(final).toEqual(final.toSorted((a, b) => Number(a - b)));
    for (const positions of seen) expect(positions).toEqual(final.slice(0, positions.length));
  });

  it('is read by campaign, by pool, and as it was at a position', async () => {
    const [one, two] = [newCampaign(), newCampaign()];
    const poolId = `seed-${one}`;
    await at.labelling.importLabels(importOf(poolId, [{ spectrumId: 'q-0', class: 'absorption' }]));
    const [task] = (await ask(one, 0, questions(1, 0))) as [LabellingTask];
    const [other] = (await ask(two, 0, questions(1, 0))) as [LabellingTask];
    const first = (await submit(task, PETR, aClass('single-peak'))).label!;
    const second = (await submit(other, PETR, aClass('absorption'))).label!;
    const third = (await submit(task, JANA, aClass('double-peak'))).label!;
    const mine = await labels({ campaignId: one });
    expect(mine.filter(({ campaignId }) => campaignId === one)).toEqual([first, third]);
    expect(mine.filter(({ campaignId }) => campaignId === two)).toEqual([]);
    expect(mine.filter((label) => label.poolId === poolId)).toHaveLength(1);

    const counting = { poolIds: ['survey'], effectiveOnly: true };
    const ofSpectrum = async (filter: LabelFilter) =>
      (await labels(filter)).filter(({ spectrumId }) => spectrumId === 'q-0');
    expect(await ofSpectrum({ ...counting, campaignId: one })).toEqual([third]);
    expect(await ofSpectrum({ ...counting, campaignId: one, upToPosition: second.position })).toEqual([first]);
    expect(await ofSpectrum({ ...counting, campaignId: two })).toEqual([second]);
    expect(await ofSpectrum({ ...counting })).toEqual([third]);
    await expect(labels({ upToPosition: -1n })).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
  });
});

describe('the tasks of a campaign', () => {
  it('are listed in pages, by iteration and rank', async () => {
    const campaignId = newCampaign();
    await ask(campaignId, 0, questions(5, 0));
    await ask(campaignId, 1, questions(3, 1));
    const all: LabellingTask[] = [];
    let pageToken = '';
    do {
      const page = await at.labelling.listTasks({ campaignId, pageSize: 2, pageToken });
      expect(page.tasks.length).toBeLessThanOrEqual(2);
      all.push(...page.tasks);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(all.map(({ iteration, rank }) => [iteration, rank])).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [0, 4],
      [0, 5],
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
    ]);
  });

  it.each([
    [{ campaignId: '' }, 'BAD_REQUEST'],
    [{ campaignId: 'c', pageSize: 1001 }, 'BAD_REQUEST'],
    [{ campaignId: 'c', pageToken: 'nonsense' }, 'BAD_PAGE_TOKEN'],
    [{ campaignId: 'c', pageToken: Buffer.from('after:x').toString('base64url') }, 'BAD_PAGE_TOKEN'],
  ])('are refused for %o', async (request, reason) => {
    const failure = await at.labelling.listTasks(request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RpcError);
    expect(failure).toMatchObject({ reason });
  });

  it('are leased at most 100 at once', async () => {
    await expect(lease('c', PETR, 101)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
    await expect(
      at.labelling.releaseTasks({ taskIds: Array.from({ length: 101 }, String), annotator: 'petr' }),
    ).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
  });
});

describe('an import of 100,000 rows', () => {
  it('comes back by pool, in order', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ spectrumId: `spec-${i}`, class: CLASSES[i % 3]! }));
    expect((await at.labelling.importLabels(importOf('seed-big', many))).imported).toBe(100_000n);
    const log = await labels({ poolIds: ['seed-big'], effectiveOnly: true });
    expect(log.map(({ spectrumId }) => spectrumId)).toEqual(many.map(({ spectrumId }) => spectrumId));
  });
});
