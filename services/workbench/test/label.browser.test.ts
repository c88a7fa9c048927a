import { randomUUID } from 'node:crypto';
import AxeBuilder from '@axe-core/playwright';
import { Annotator_Kind, Decision_Abstention, Purpose } from '@spectrawl/contracts';
import { METHOD } from './campaign-at-work.ts';
import { answeredOf, LabelDesk, labelsOf, tasksOf, wordOf } from './label-by-keyboard.ts';
import { expect, test } from './workbench-at-work.ts';

/** A batch of exactly a hundred questions. */
const HUNDRED = { ...METHOD, query: { ...METHOD.query, size: 80 }, audit: { size: 20, finalSize: 20 } };
/** A batch that is soon labelled. */
const FEW = { ...METHOD, query: { size: 16, quotas: {}, clusters: 1 }, audit: { size: 8, finalSize: 8 } };
const KEYS: Readonly<Record<string, string>> = { absorption: '1', 'single-peak': '2', 'double-peak': '3' };

test('a whole iteration is labelled by keyboard, through undo, reload and a restart of the services', async ({
  page,
  workbench,
}) => {
  test.setTimeout(420_000);
  const { deployment, sky } = workbench;
  const campaignId = 'by-keyboard';
  await workbench.ask(campaignId, HUNDRED);
  const desk = new LabelDesk(page, campaignId);
  await desk.open();
  const tasks = new Map((await tasksOf(deployment, campaignId)).map((task) => [task.spectrumId, task]));
  expect(tasks.size).toBe(100);
  /** What the log has to say in the end, row by row. */
  const expected: { spectrumId: string; word: string; comment: string }[] = [];
  const answer = async (word?: string, comment = ''): Promise<void> => {
    const spectrumId = await desk.drawn();
    const given = word ?? sky.truth.get(spectrumId) ?? 'absorption';
    expected.push({ spectrumId, word: given, comment });
    expect(await desk.answer(KEYS[given] ?? given.charAt(0))).toBe(spectrumId);
  };
  for (let count = 0; count < 10; count += 1) await answer();

  // Back to the last one, and another answer.
  const last = expected.at(-1)!;
  await page.keyboard.press('z');
  await expect(desk.plot).toHaveAttribute('data-drawn', last.spectrumId);
  await expect(page.getByText('is taken back')).toBeVisible();
  expected.push({ spectrumId: last.spectrumId, word: 'undo', comment: '' });
  await answer('unsure');
  await answer('skip');

  // Nothing of what is typed into a comment is a key.
  await page.keyboard.press('c');
  await page.keyboard.type('123 a nebula? su');
  await page.keyboard.press('Enter');
  await answer(undefined, '123 a nebula? su');

  // Enter accepts the network's answer, and does nothing where that is hidden.
  const seen = { blind: false, open: false };
  while (!(seen.blind && seen.open)) {
    const spectrumId = await desk.drawn();
    const { purpose, probabilities, classes } = tasks.get(spectrumId)!;
    if (purpose === Purpose.AUDIT) {
      await page.keyboard.press('Enter');
      await expect(page.getByText('answer is hidden here: give your own')).toBeVisible();
      await expect(desk.plot).toHaveAttribute('data-drawn', spectrumId);
      await answer();
      seen.blind = true;
    } else {
      const word = classes[probabilities.indexOf(Math.max(...probabilities))]!;
      expected.push({ spectrumId, word, comment: '' });
      await desk.answer('Enter');
      seen.open = true;
    }
  }

  // Walking back and answering anew corrects.
  const [first] = expected;
  const shown = await desk.drawn();
  for (let step = 0; (await desk.drawn()) !== first!.spectrumId; step += 1) {
    expect(step).toBeLessThan(100);
    await page.keyboard.press('ArrowLeft');
  }
  await expect(page.getByText(`Your answer: ${first!.word}`)).toBeVisible();
  expected.push({ spectrumId: first!.spectrumId, word: 'double-peak', comment: '' });
  await desk.answer('3');
  await expect(desk.plot).toHaveAttribute('data-drawn', shown);

  await page.reload();
  await expect(desk.plot).toBeVisible();
  for (let count = 0; count < 20; count += 1) await answer();
  // What was answered before the reload can be walked to.
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('Your answer:')).toBeVisible();
  await page.keyboard.press('ArrowRight');

  // The services are killed: answers go on, as long as there are spectra, and wait in the browser.
  await deployment.kill();
  for (let count = 0; count < 3; count += 1) await answer();
  await expect(desk.connection).toContainText('The workbench does not answer; 3 answers are kept in this browser');
  await deployment.start();
  await expect(desk.connection).toHaveText('', { timeout: 30_000 });

  while (await desk.asks()) await answer();
  await expect(page.getByRole('region', { name: 'What the campaign does' })).toBeVisible();

  const log = await labelsOf(deployment, campaignId);
  const rows = log.map((label) => ({ spectrumId: label.spectrumId, word: wordOf(label), comment: label.comment }));
  expect(rows).toEqual(expected);
  // Without the one that was taken back and the one that was corrected: each question once.
  expect(log.length).toBe(100 + 3);
  expect(new Set(log.map(({ taskId }) => taskId)).size).toBe(100);
  // Nothing of the network was seen where it was not to be.
  const leaks = log.filter(
    ({ purpose, probabilitiesShown }) => purpose === Purpose.AUDIT && probabilitiesShown.length > 0,
  );
  expect(leaks).toEqual([]);

  // The next batch comes by itself.
  await expect(desk.plot).toBeVisible({ timeout: 120_000 });
  await expect(desk.progress).toContainText('iteration 1');
});

test('two people label a batch together: each question once, and each sees the other', async ({
  page,
  browser,
  workbench,
}) => {
  test.setTimeout(240_000);
  const { deployment, sky } = workbench;
  const campaignId = 'by-two';
  await workbench.ask(campaignId, FEW);
  const context = await browser.newContext({ baseURL: workbench.url });
  await workbench.signIn(context, 'Grace');
  const desks = [new LabelDesk(page, campaignId), new LabelDesk(await context.newPage(), campaignId)];
  for (const desk of desks) await desk.open();
  await expect(page.getByTestId('others')).toContainText('Grace looks at');
  await expect(desks[1]!.page.getByTestId('others')).toContainText('Ada looks at');
  await Promise.all(
    desks.map(async (desk) => {
      while ((await desk.asks()) && !(await desk.progress.textContent())?.includes('iteration 1'))
        await desk.answer(KEYS[sky.truth.get(await desk.drawn()) ?? 'absorption'] ?? '1');
    }),
  );
  await context.close();
  const log = (await labelsOf(deployment, campaignId)).filter(({ iteration }) => iteration === 0);
  const batch = log.filter(({ purpose }) => purpose === Purpose.QUERY || purpose === Purpose.AUDIT);
  expect(batch.length).toBe(24);
  expect(new Set(batch.map(({ taskId }) => taskId)).size).toBe(24);
  expect(new Set(batch.map(({ spectrumId }) => spectrumId)).size).toBe(24);
  expect(new Set(batch.map(({ annotator }) => annotator?.name))).toEqual(new Set(['Ada', 'Grace']));
  // What was asked twice was meant to be, and the second one is another person.
  for (const second of log.filter(({ purpose }) => purpose === Purpose.OVERLAP)) {
    const first = batch.find(({ taskId }) => taskId === second.aboutTaskId);
    expect(first?.annotator?.name).not.toBe(second.annotator?.name);
    expect(second.probabilitiesShown).toEqual([]);
  }
});

test('answers outlive a broken connection and a reload, and are stored once', async ({ page, workbench }) => {
  test.setTimeout(240_000);
  const { deployment } = workbench;
  const campaignId = 'by-fits-and-starts';
  await workbench.ask(campaignId, FEW);
  const desk = new LabelDesk(page, campaignId);
  await desk.open();

  // The labelling service is away, the page is not.
  const submissions = '**/spectrawl.labelling.v1.LabellingService/SubmitLabel';
  await page.route(submissions, (route) => route.abort('connectionrefused'));
  await desk.answer('1');
  await desk.answer('2');
  await expect(desk.connection).toContainText('2 answers are kept in this browser');
  expect(await answeredOf(deployment, campaignId)).toBe(0);
  await page.unroute(submissions);
  await page.reload();
  await expect(desk.progress).toContainText('2 of 24 answered');

  // An answer that is stored, though the page never hears of it.
  const lost = Promise.withResolvers<void>();
  let swallowed = 0;
  await page.route(submissions, async (route) => {
    await route.fetch();
    swallowed += 1;
    if (swallowed === 2) lost.resolve();
    await route.abort('connectionreset');
  });
  await desk.answer('3');
  await lost.promise;
  await page.unroute(submissions);
  await expect(desk.connection).toHaveText('');
  await expect(desk.progress).toContainText('3 of 24 answered');

  // Without any network.
  await page.context().setOffline(true);
  await desk.answer('1');
  await expect(desk.connection).toContainText('1 answer is kept in this browser');
  await page.keyboard.press('z');
  await expect(page.getByText('is taken back')).toBeVisible();
  await desk.answer('u');
  await page.context().setOffline(false);
  await expect(desk.connection).toHaveText('');
  await expect(desk.progress).toContainText('4 of 24 answered (1 unsure)');

  const words = (await labelsOf(deployment, campaignId)).map(wordOf);
  expect(words).toEqual(['absorption', 'single-peak', 'double-peak', 'absorption', 'undo', 'unsure']);
});

test('a key that is held down answers once; two tabs of one person do not ask the same', async ({
  page,
  workbench,
}) => {
  const { deployment } = workbench;
  const campaignId = 'by-accident';
  await workbench.ask(campaignId, FEW);
  const desk = new LabelDesk(page, campaignId);
  await desk.open();
  const before = await desk.drawn();
  await page.keyboard.down('1');
  await page.keyboard.down('1');
  await page.keyboard.down('1');
  await page.keyboard.up('1');
  await expect(desk.plot).not.toHaveAttribute('data-drawn', before);
  await expect(desk.progress).toContainText('1 of 24 answered');
  expect(await answeredOf(deployment, campaignId)).toBe(1);

  const other = new LabelDesk(await page.context().newPage(), campaignId);
  await other.page.goto(`/campaigns/${campaignId}/label`);
  await expect(other.page.getByRole('heading', { name: 'You label this campaign in another tab' })).toBeVisible();
  await other.page.getByRole('button', { name: 'Label here instead' }).click();
  await expect(other.plot).toBeVisible();
  await expect(page.getByRole('heading', { name: 'You label this campaign in another tab' })).toBeVisible();
});

test('who may only look is told so, and where a campaign is over no question waits', async ({ page, workbench }) => {
  await page.route('**/session', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...((await response.json()) as object), role: 'viewer' } });
  });
  await page.goto('/campaigns/asking/label');
  await expect(page.getByRole('heading', { name: 'You may look, not label' })).toBeVisible();
  await page.unroute('**/session');
  // Second questions may wait also after a campaign: only then nothing does.
  const annotator = { name: 'Ada', kind: Annotator_Kind.PERSON };
  const { labelling } = workbench.deployment;
  const { tasks } = await labelling.leaseTasks({ campaignId: 'completed', annotator, maxTasks: 100 });
  const decision = { answer: { case: 'abstention' as const, value: Decision_Abstention.UNSURE } };
  for (const { taskId } of tasks) await labelling.submitLabel({ requestId: randomUUID(), taskId, annotator, decision });
  await page.goto('/campaigns/completed/label');
  await expect(page.getByRole('heading', { name: 'The campaign is over' })).toBeVisible();
});

for (const colorScheme of ['dark', 'light'] as const) {
  test(`nothing keeps people out of the ${colorScheme} label view`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    const desk = new LabelDesk(page, 'asking');
    await desk.open();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  });
}
