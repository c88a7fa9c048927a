import { randomUUID } from 'node:crypto';
import { AskedSpectrum_Outcome, Purpose, type LabellingTask } from '@spectrawl/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AnnotatorsAtWork, decisionOf, person, type Annotator } from './annotators-at-work.ts';
import { startLabelling, type LabellingAtWork } from './labelling-at-work.ts';
import { CLASSES, POOL, questions } from './selection-stand-in.ts';

const [GRACE, PETR] = [person('Grace'), person('petr')];
const { ASKED, ALREADY_ASKED, ALREADY_LABELLED } = AskedSpectrum_Outcome;
/** Has a class in every campaign, once it is imported. */
const IMPORTED = 'seen-elsewhere';
/** Spectra of the pool that no batch asks about. */
const PICKED = Array.from({ length: 250 }, (_, i) => `picked-${String(i).padStart(3, '0')}`);
const QUERIES = 4;
const AUDITS = 3;
const BATCH = questions(QUERIES, AUDITS);

let at: LabellingAtWork;
let annotators: AnnotatorsAtWork;
beforeAll(async () => {
  at = await startLabelling({ overlap: { share: 0.5 }, repeats: { share: 0 } });
  annotators = new AnnotatorsAtWork(at);
  await at.selection.storePool([...BATCH.map(({ id }) => id), ...PICKED, IMPORTED]);
});
afterAll(() => at.stop());

let campaigns = 0;
const newCampaign = (): string => `picking-${(campaigns += 1)}`;

const askAbout = (campaignId: string, spectrumIds: string[], annotator: Annotator = GRACE, requestId = randomUUID()) =>
  at.labelling.askAboutSpectra({ requestId, campaignId, spectrumIds, annotator });

async function tasksOf(campaignId: string): Promise<LabellingTask[]> {
  return (await at.labelling.listTasks({ campaignId, pageSize: 1000 })).tasks;
}

const progressOf = async (campaignId: string) => (await at.labelling.getBatchProgress({ campaignId })).progress!;

describe('asking about spectra', () => {
  it('puts them into the open batch, behind the others, and says who picked them', async () => {
    const campaignId = newCampaign();
    const drawn = await annotators.ask(campaignId, 0, BATCH);
    const { spectra, progress } = await askAbout(campaignId, PICKED.slice(0, 3));
    expect(spectra.map(({ spectrumId, outcome }) => [spectrumId, outcome])).toEqual(
      PICKED.slice(0, 3).map((id) => [id, ASKED]),
    );
    expect(progress).toMatchObject({ iteration: 0, tasks: BATCH.length + 3, answered: 0 });
    const tasks = await tasksOf(campaignId);
    expect(tasks.slice(0, drawn.length)).toEqual(drawn);
    for (const [place, task] of tasks.slice(drawn.length).entries()) {
      expect(task).toMatchObject({
        taskId: spectra[place]!.taskId,
        spectrumId: PICKED[place],
        poolId: POOL,
        purpose: Purpose.CHOICE,
        reason: 'picked out by Grace',
        probabilities: [],
        rank: drawn.length + place + 1,
        classes: CLASSES,
      });
    }
  });

  it('holds the batch up until they are answered, skipped or not, and can be undone', async () => {
    const campaignId = newCampaign();
    const drawn = await annotators.ask(campaignId, 0, BATCH);
    const { spectra } = await askAbout(campaignId, PICKED.slice(0, 2));
    for (const { taskId } of drawn) await annotators.submit(taskId, PETR);
    expect(await progressOf(campaignId)).toMatchObject({ tasks: BATCH.length + 2, answered: BATCH.length });
    const [first, last] = spectra.map(({ taskId }) => taskId) as [string, string];
    await annotators.submit(first, GRACE, 'double-peak');
    await at.labelling.undoLabel({ requestId: randomUUID(), taskId: first, annotator: 'Grace' });
    await annotators.submit(first, GRACE, 'single-peak');
    expect(at.selection.heard.some((event) => event.campaignId === campaignId)).toBe(false);
    await annotators.submit(last, GRACE, 'skip');
    await at.selection.hearsOf(campaignId, 0);
    expect(await progressOf(campaignId)).toMatchObject({ answered: BATCH.length + 2, skipped: 1 });

    const chosen = (await annotators.log(campaignId, true)).filter(({ purpose }) => purpose === Purpose.CHOICE);
    expect(chosen).toMatchObject([
      { spectrumId: PICKED[0], decision: decisionOf('single-peak'), annotator: GRACE, probabilitiesShown: [] },
      { spectrumId: PICKED[1], decision: decisionOf('skip') },
    ]);
  });

  it('tells what is asked or labelled already, and leaves an audit the audit', async () => {
    const campaignId = newCampaign();
    const first = await annotators.ask(campaignId, 0, BATCH);
    await askAbout(campaignId, PICKED.slice(0, 2));
    for (const { taskId, spectrumId } of await tasksOf(campaignId)) {
      await annotators.submit(taskId, PETR, spectrumId === PICKED[1] ? 'unsure' : 'absorption');
    }
    await at.selection.hearsOf(campaignId, 0);
    await annotators.ask(campaignId, 1, [{ id: PICKED[9]!, purpose: 'audit' }]);
    const imported = async function* () {
      yield { payload: { case: 'open' as const, value: { requestId: randomUUID(), poolId: POOL, annotator: 'file' } } };
      const rows = [{ spectrumId: IMPORTED, class: 'absorption' }];
      yield { payload: { case: 'rows' as const, value: { rows } } };
    };
    await at.labelling.importLabels(imported());

    const audited = first.find(({ purpose }) => purpose === Purpose.AUDIT)!.spectrumId;
    const { spectra, progress } = await askAbout(campaignId, [
      PICKED[9]!,
      PICKED[0]!,
      PICKED[1]!,
      audited,
      IMPORTED,
      PICKED[7]!,
      PICKED[7]!,
    ]);
    expect(spectra.map(({ spectrumId, outcome, taskId }) => [spectrumId, outcome, taskId !== ''])).toEqual([
      [PICKED[9], ALREADY_ASKED, true],
      [PICKED[0], ALREADY_LABELLED, false],
      // Nobody could tell: it may be asked again.
      [PICKED[1], ASKED, true],
      [audited, ALREADY_LABELLED, false],
      [IMPORTED, ALREADY_LABELLED, false],
      [PICKED[7], ASKED, true],
    ]);
    expect(progress?.tasks).toBe(3);
    const again = (await tasksOf(campaignId)).find(({ taskId }) => taskId === spectra[0]!.taskId);
    expect(again).toMatchObject({ purpose: Purpose.AUDIT, reason: '', probabilities: [], rank: 1 });
  });

  it('counts as one where the request is sent again, when the batch is over, too', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, [BATCH[0]!]);
    const requestId = randomUUID();
    const once = await askAbout(campaignId, PICKED.slice(0, 2), GRACE, requestId);
    const twice = await Promise.all([0, 1].map(() => askAbout(campaignId, PICKED.slice(0, 2), GRACE, requestId)));
    expect(twice).toEqual([once, once]);
    expect(await progressOf(campaignId)).toMatchObject({ tasks: 3 });
    for (const { taskId } of await tasksOf(campaignId)) await annotators.submit(taskId, PETR);
    await at.selection.hearsOf(campaignId, 0);
    expect(await askAbout(campaignId, PICKED.slice(0, 2), GRACE, requestId)).toEqual(once);
    await expect(askAbout(campaignId, PICKED.slice(0, 1), GRACE, requestId)).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
    });
  });

  it('is refused without an open batch, for unknown spectra by name, and for too many', async () => {
    const campaignId = newCampaign();
    await expect(askAbout(campaignId, PICKED.slice(0, 1))).rejects.toMatchObject({ reason: 'NO_OPEN_BATCH' });
    await annotators.ask(campaignId, 0, [BATCH[0]!]);
    const unknown = Array.from({ length: 12 }, (_, i) => `nowhere-${i}`);
    await expect(askAbout(campaignId, [PICKED[0]!, ...unknown])).rejects.toMatchObject({
      reason: 'SPECTRUM_NOT_FOUND',
      message: expect.stringMatching(/nowhere-0, .*nowhere-9 and 2 more/),
    });
    for (const ids of [[], PICKED.slice(0, 201), ['']]) {
      await expect(askAbout(campaignId, ids)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
    }
    expect((await tasksOf(campaignId)).map(({ spectrumId }) => spectrumId)).toEqual([BATCH[0]!.id]);
    for (const { taskId } of await tasksOf(campaignId)) await annotators.submit(taskId, PETR);
    await at.selection.hearsOf(campaignId, 0);
    await expect(askAbout(campaignId, PICKED.slice(0, 1))).rejects.toMatchObject({ reason: 'NO_OPEN_BATCH' });
    await annotators.ask(campaignId, 1, [BATCH[1]!]);
    expect((await askAbout(campaignId, PICKED.slice(0, 200))).progress?.tasks).toBe(201);
  });

  it('draws overlaps from them as from queries, which say what they are about', async () => {
    const campaignId = newCampaign();
    await annotators.ask(campaignId, 0, [BATCH[0]!]);
    await askAbout(campaignId, PICKED.slice(0, 40));
    await annotators.answerAll(campaignId, PETR);
    const overlaps = await annotators.answerAll(campaignId, GRACE, () => 'double-peak');
    // A share of 0.5: fewer than 10 or more than 30 of 40 come by chance once in a thousand; the draw is seeded.
    expect(overlaps.length).toBeGreaterThan(10);
    expect(overlaps.length).toBeLessThan(31);
    const second = (await annotators.log(campaignId)).filter(({ purpose }) => purpose === Purpose.OVERLAP);
    expect(second.some(({ aboutPurpose }) => aboutPurpose === Purpose.CHOICE)).toBe(true);
    const { disagreements } = await at.labelling.listDisagreements({ campaignId });
    const [dispute] = disagreements.filter(({ purpose }) => purpose === Purpose.CHOICE);
    const { label } = await at.labelling.adjudicate({
      requestId: randomUUID(),
      taskId: dispute!.taskId,
      annotator: GRACE,
      decision: decisionOf('double-peak'),
    });
    expect(label).toMatchObject({ purpose: Purpose.ADJUDICATION, aboutPurpose: Purpose.CHOICE });
  });

  it(
    'asks once whatever is asked in whatever order, and never touches what was drawn',
    { timeout: 120_000 },
    async () => {
      const anyIds = fc.uniqueArray(fc.constantFrom(...BATCH.map(({ id }) => id), ...PICKED.slice(0, 12)), {
        minLength: 1,
      });
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(anyIds, fc.constantFrom(GRACE, PETR)), { maxLength: 6 }), async (asks) => {
          const campaignId = newCampaign();
          const drawn = await annotators.ask(campaignId, 0, BATCH);
          const answers = await Promise.all(asks.map(([ids, who]) => askAbout(campaignId, ids, who)));
          const tasks = await tasksOf(campaignId);
          expect(tasks.slice(0, drawn.length)).toEqual(drawn);
          const chosen = tasks.slice(drawn.length);
          expect(chosen.every(({ purpose }) => purpose === Purpose.CHOICE)).toBe(true);
          const wanted = new Set(asks.flatMap(([ids]) => ids));
          const ofBatch = new Set(BATCH.map(({ id }) => id));
          expect(chosen.map(({ spectrumId }) => spectrumId).toSorted()).toEqual(
            [...wanted].filter((id) => !ofBatch.has(id)).toSorted(),
          );
          const outcomes = answers.flatMap(({ spectra }) => spectra);
          expect(outcomes.filter(({ outcome }) => outcome === ASKED)).toHaveLength(chosen.length);
          const taskOf = new Map(tasks.map(({ spectrumId, taskId }) => [spectrumId, taskId]));
          for (const { spectrumId, taskId } of outcomes) expect(taskId).toBe(taskOf.get(spectrumId));
          expect((await progressOf(campaignId)).tasks).toBe(tasks.length);
          expect(tasks.map(({ rank }) => rank)).toEqual(tasks.map((_, place) => place + 1));
        }),
        { numRuns: 12 },
      );
    },
  );
});
