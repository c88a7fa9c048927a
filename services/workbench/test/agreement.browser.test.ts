import { createHash, randomUUID } from 'node:crypto';
import { Annotator_Kind, Decision_Abstention, Purpose, type Disagreement } from '@spectrawl/contracts';
import type { Deployment } from '@spectrawl/testing';
import { METHOD, untilAsking } from './campaign-at-work.ts';
import { portray } from './gallery.ts';
import { labelsOf, wordOf } from './label-by-keyboard.ts';
import { ASKING, COMPLETED, expect, test, type WorkbenchAtWork } from './workbench-at-work.ts';

const CAMPAIGN = 'by-three';
/** Batches so large that the tenth that is asked twice tells something. */
const MANY = { ...METHOD, query: { size: 100, quotas: {}, clusters: 1 }, audit: { size: 40, finalSize: 20 } };
const PEOPLE = ['Ada', 'Grace', 'Henrietta'];
/** How many of a batch's 140 tasks each of them answers. */
const SHARES = [50, 50, 40];
const CLASSES = ['absorption', 'single-peak', 'double-peak'];

/** A number from 0 to 1 that is always the same for the same words. */
function chance(...words: string[]): number {
  return createHash('sha256').update(words.join('\0')).digest().readUInt32BE() / 2 ** 32;
}

/** What somebody says who is wrong now and then, and not always sure. */
function opinion(name: string, spectrumId: string, truth: string): string {
  const luck = chance(name, spectrumId);
  if (luck < 0.08) return 'unsure';
  if (luck > 0.3) return truth;
  return CLASSES[Math.floor(chance(spectrumId, name) * CLASSES.length)] ?? truth;
}

/** Takes some tasks for somebody and answers them. @returns how many */
async function answerSome({ deployment, sky }: WorkbenchAtWork, name: string, maxTasks: number): Promise<number> {
  const annotator = { name, kind: Annotator_Kind.PERSON };
  const { tasks } = await deployment.labelling.leaseTasks({ campaignId: CAMPAIGN, annotator, maxTasks });
  for (const { taskId, spectrumId } of tasks) {
    const word = opinion(name, spectrumId, sky.truth.get(spectrumId) ?? 'absorption');
    const decision =
      word === 'unsure'
        ? { answer: { case: 'abstention' as const, value: Decision_Abstention.UNSURE } }
        : { answer: { case: 'class' as const, value: word } };
    await deployment.labelling.submitLabel({ requestId: randomUUID(), taskId, annotator, decision });
  }
  return tasks.length;
}

/** Three people answer a batch, and then by turns what is put to them of each other. */
async function answerAsThree(workbench: WorkbenchAtWork): Promise<void> {
  for (const [at, name] of PEOPLE.entries()) await answerSome(workbench, name, SHARES[at]!);
  for (let answered = 1; answered > 0;) {
    answered = 0;
    for (const name of PEOPLE) answered += await answerSome(workbench, name, 2);
  }
}

async function disagreementsOf({ labelling }: Deployment): Promise<Disagreement[]> {
  return (await labelling.listDisagreements({ campaignId: CAMPAIGN, openOnly: true })).disagreements;
}

test('where one annotator has labelled, the view says what a second one brings', async ({ page }) => {
  await page.goto(`/campaigns/${COMPLETED}/agreement`);
  await expect(page.getByRole('heading', { name: 'Only one annotator so far' })).toBeVisible();
  const alone = page.getByRole('heading', { name: 'Only one annotator so far' });
  await portray(page, 'agreement-one-annotator', () => expect(alone).toBeVisible());
  await page.goto(`/campaigns/${ASKING}/agreement`);
  await expect(page.getByRole('heading', { name: /Nothing is labelled yet|Only one annotator so far/ })).toBeVisible();
});

test('people see how far they agree, and settle by keyboard where they do not', async ({ page, workbench }) => {
  test.setTimeout(420_000);
  const { deployment } = workbench;
  await workbench.ask(CAMPAIGN, MANY);
  await answerAsThree(workbench);
  while ((await untilAsking(deployment, CAMPAIGN)).number < 1);
  await answerAsThree(workbench);
  const before = await disagreementsOf(deployment);
  expect(before.length).toBeGreaterThan(3);

  await page.goto(`/campaigns/${CAMPAIGN}/agreement`);
  await expect(page.getByRole('heading', { name: 'Agreement', exact: true })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ada · Grace' })).toBeVisible();
  await page.getByRole('button', { name: 'Ada · Grace' }).click();
  await expect(page.getByRole('table', { name: /spectra: Ada in rows, Grace in columns/ })).toBeVisible();
  const compared = page.getByRole('img', { name: /Cohen's kappa by iteration, 2 iterations/ });
  await portray(page, 'agreement', () => expect(compared).toBeVisible());

  await page.getByRole('link', { name: `Disagreements (${before.length} open)` }).click();
  await expect(page).toHaveURL(/view=disagreements/);
  const plot = page.getByTestId('halpha').locator('[data-drawn]');
  await expect(plot).toHaveAttribute('data-drawn', before[0]!.spectrumId);
  await portray(page, 'disagreements', () => expect(plot).toBeVisible());

  await page.keyboard.press('3');
  await expect(plot).toHaveAttribute('data-drawn', before[1]!.spectrumId);
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('status').filter({ hasText: 'Ada settled it as' })).toContainText('double-peak');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('c');
  await page.keyboard.type('12 too faint');
  await page.keyboard.press('Enter');
  await page.keyboard.press('u');
  await expect(plot).toHaveAttribute('data-drawn', before[2]!.spectrumId);
  await expect(page.getByRole('link', { name: `Disagreements (${before.length - 2} open)` })).toBeVisible();

  const settled = (await labelsOf(deployment, CAMPAIGN)).filter(({ purpose }) => purpose === Purpose.ADJUDICATION);
  expect(settled.map((label) => [label.aboutTaskId, wordOf(label), label.annotator?.name, label.comment])).toEqual([
    [before[0]!.taskId, 'double-peak', 'Ada', ''],
    [before[1]!.taskId, 'unsure', 'Ada', '12 too faint'],
  ]);
  const open = await disagreementsOf(deployment);
  expect(open.map(({ taskId }) => taskId)).toEqual(before.slice(2).map(({ taskId }) => taskId));

  // The next visit begins with what is open.
  await page.reload();
  await expect(plot).toHaveAttribute('data-drawn', before[2]!.spectrumId);
});
