import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Annotator_Kind, Pool_State } from '@spectrawl/contracts';
import { portray } from './gallery.ts';
import { realSurvey } from './surveys.ts';
import { ASKING, COMPLETED, expect, SEED, SKY, test } from './workbench-at-work.ts';

/** A survey as a user has it on disk: real spectra, one cut off in transfer, one that is no spectrum at all, a hidden file. */
async function withNight(
  use: (night: { folder: string; labels: string; files: number }) => Promise<void>,
): Promise<void> {
  const { files, truth } = await realSurvey('ondrejov', 'lamost-dr1');
  const root = await mkdtemp(join(tmpdir(), 'spectrawl-night-'));
  const folder = await mkdtemp(join(root, 'night-'));
  try {
    for (const [name, data] of files) await writeFile(join(folder, name), data);
    const [first] = files.values();
    await writeFile(join(folder, 'cut-off.fits'), first!.subarray(0, 4000));
    await writeFile(join(folder, 'notes.fits'), 'clouds from midnight on');
    await writeFile(join(folder, '.listing'), 'of no interest');
    const labels = join(root, 'by-eye.csv');
    await writeFile(labels, ['id,class', ...[...truth].map((row) => row.join(','))].join('\n'));
    await use({ folder, labels, files: files.size });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Opens a group of the method's values. */
async function openGroup(page: Page, name: string): Promise<void> {
  await page
    .locator('summary')
    .filter({ has: page.getByText(name, { exact: true }) })
    .click();
}

test('a pool is filled, sealed and labelled from the page, and a campaign over it reaches its first questions', async ({
  page,
  workbench: { deployment },
}) => {
  await withNight(async ({ folder, labels, files }) => {
    await page.goto('/pools');
    await page.getByRole('button', { name: 'New pool' }).click();
    await page.getByLabel('Name').fill('Night 1');
    await page.getByRole('button', { name: 'Create pool' }).click();
    await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/Enter 1 to 63 of/);
    await page.getByLabel('Name').fill('night-1');
    await page.getByRole('button', { name: 'Create pool' }).click();
    await expect(page).toHaveURL('/pools/night-1');

    await page.getByLabel('Choose a folder').setInputFiles(folder);
    const equation = page.getByRole('group', { name: 'What came in' }).first();
    await expect(equation).toHaveText(`${files + 2}received=${files}stored+2quarantined+0duplicates`);
    await expect(page.getByRole('cell', { name: /cut-off\.fits/ }).first()).toBeVisible();
    await page.getByRole('button', { name: 'not-fits 1' }).click();
    await expect(page.getByRole('cell', { name: /notes\.fits/ }).first()).toBeVisible();
    await expect(page.getByRole('cell', { name: /cut-off\.fits/ })).toHaveCount(0);
    await page.getByRole('button', { name: /^all/ }).click();
    await portray(page, 'pool-upload', async () => await expect(equation).toBeVisible());

    // The same files again are duplicates, not twice as many spectra.
    await page.getByRole('button', { name: 'Upload more' }).click();
    await page.getByLabel('Choose a folder').setInputFiles(folder);
    await expect(equation).toHaveText(`${2 * (files + 2)}received=${files}stored+2quarantined+${files + 2}duplicates`);

    await page.getByRole('button', { name: 'Import labels' }).click();
    await page.getByLabel('CSV table').setInputFiles(labels);
    await expect(page.getByLabel('Column with the class')).toHaveValue('class');
    await page.getByRole('button', { name: 'Import all or none' }).click();
    await expect(page.getByText(`${files} labels are in the log`)).toBeVisible();
    await expect(page.getByText('double-peak', { exact: true })).toBeVisible();

    await page.getByRole('button', { name: 'Seal', exact: true }).click();
    await page.getByRole('button', { name: 'Seal for good' }).click();
    await expect(page.getByText('sealed', { exact: true })).toBeVisible();
    await expect(page.getByLabel('Choose files')).toHaveCount(0);
    const { pool } = await deployment.ingestion.getPool({ poolId: 'night-1' });
    expect(pool).toMatchObject({ state: Pool_State.SEALED, counts: { stored: BigInt(files), quarantined: 2n } });
  });

  await page.goto('/campaigns?new');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await expect(page.getByRole('status').filter({ hasText: '3 values need your attention' })).toBeVisible();
  // The service itself refuses this one.
  await page.getByLabel('Name').fill(COMPLETED);
  await page.getByLabel('Pool', { exact: true }).selectOption(SKY);
  await page.getByLabel(SEED, { exact: true }).check();
  await page.getByLabel('night-1', { exact: true }).check();
  await page.getByLabel('Queries').fill('2');
  await expect(page.getByLabel('Queries')).toHaveAccessibleDescription(/less than the 20 of quotas/);
  await page.getByLabel('Queries').fill('12');
  await page.getByLabel('Quotas: double-peak').fill('2');
  await page.getByLabel('From clusters').fill('2');
  await openGroup(page, 'Audit');
  await page.getByLabel('Audits', { exact: true }).fill('8');
  await openGroup(page, 'Training');
  await page.getByLabel('Epochs at most').first().fill('6');
  await page.getByLabel('Pool negatives', { exact: true }).fill('50');
  await openGroup(page, 'Network');
  await page.getByLabel('Width').fill('0.1');
  await page.getByRole('heading', { name: 'New campaign' }).scrollIntoViewIfNeeded();
  await portray(
    page,
    'new-campaign',
    async () => await expect(page.getByText('7 values differ from default')).toBeVisible(),
  );
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page.getByLabel('Name')).toHaveAccessibleDescription(/already: choose another name/);
  await page.getByLabel('Name').fill('from-the-page');
  await page.getByRole('button', { name: 'Create campaign' }).click();
  await expect(page).toHaveURL('/campaigns/from-the-page');

  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('heading', { name: 'Waiting for labels' })).toBeVisible({ timeout: 100_000 });
  await expect(page.getByText(/^0 of \d+ answered$/)).toBeVisible();
  await expect(page.getByRole('img', { name: /The loop: iteration 0, label 0 %, waits for labels/ })).toBeVisible();
  const { campaign } = await deployment.selection.getCampaign({ campaignId: 'from-the-page' });
  expect(campaign?.seedPoolIds.toSorted()).toEqual(['night-1', SEED]);
  expect(campaign?.method).toMatchObject({
    query: { size: 12, clusters: 2, quotas: { 'double-peak': 2 } },
    audit: { size: 8 },
  });
});

test('a campaign is paused and resumed, each after a question', async ({ page, workbench }) => {
  await workbench.ask('held');
  await page.goto('/campaigns/held');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.keyboard.press('Escape');
  await expect(page.getByText('running', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('paused', { exact: true }).first()).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('running', { exact: true })).toBeVisible();
});

test('the campaign view follows what others do', async ({ page, workbench: { deployment, ask } }) => {
  await ask('followed');
  await page.goto('/campaigns/followed');
  await expect(page.getByText(/^0 of \d+ answered$/)).toBeVisible();
  const annotator = { name: 'Grace', kind: Annotator_Kind.PERSON };
  const { tasks } = await deployment.labelling.leaseTasks({ campaignId: 'followed', annotator, maxTasks: 3 });
  for (const { taskId } of tasks) {
    const decision = { answer: { case: 'class' as const, value: 'absorption' } };
    await deployment.labelling.submitLabel({ requestId: randomUUID(), taskId, annotator, decision });
  }
  await expect(page.getByText(/^3 of \d+ answered$/)).toBeVisible();
});

test('what a completed campaign came to is seen at a glance', async ({ page }) => {
  await page.goto(`/campaigns/${COMPLETED}`);
  await expect(page.getByRole('heading', { name: 'Catalogue' })).toBeVisible();
  const curve = page.getByRole('img', { name: /^Learning curve: audited error by labels spent/ });
  await curve.focus();
  await page.keyboard.press('Home');
  await expect(page.getByText(/^iteration 0 · 0 labels · error/)).toBeVisible();
  await page.mouse.click(1, 1);
  await portray(page, 'campaign-completed', async () => await expect(curve).toBeVisible());
  await page.getByRole('radio', { name: 'with absorption' }).check();
  await expect(page.getByRole('img', { name: /^Predicted counts by iteration of absorption/ })).toBeVisible();
  await page.getByRole('link', { name: `${COMPLETED}-1`, exact: true }).click();
  await expect(page).toHaveURL(`/models/${COMPLETED}-1`);
  await portray(
    page,
    'model',
    async () => await expect(page.getByRole('img', { name: /^Training curve/ })).toBeVisible(),
  );
  await page.getByRole('link', { name: `All models of ${COMPLETED}` }).click();
  await portray(
    page,
    'models',
    async () => await expect(page.getByRole('table', { name: `Models of ${COMPLETED}` })).toBeVisible(),
  );
});

test('campaigns and pools are found, and show what they are', async ({ page }) => {
  await page.goto('/campaigns');
  await portray(page, 'campaigns', async () => await expect(page.getByRole('link', { name: COMPLETED })).toBeVisible());
  await page.goto(`/campaigns/${ASKING}`);
  await portray(
    page,
    'campaign-labelling',
    async () => await expect(page.getByRole('heading', { name: 'Waiting for labels' })).toBeVisible(),
  );
  await page.goto('/pools');
  await portray(page, 'pools', async () => await expect(page.getByRole('link', { name: SKY })).toBeVisible());
  await page.goto(`/pools/${SKY}`);
  await portray(page, 'pool', async () => await expect(page.getByRole('table', { name: 'Shards' })).toBeVisible());
});

test('what does not exist is said so, and where to go', async ({ page }) => {
  for (const [path, title] of [
    ['/campaigns/nowhere', 'No such campaign'],
    ['/pools/nowhere', 'No such pool'],
    ['/models/nowhere-0', 'No such model'],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
  }
});
