import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { ScoreColumn, Verdict } from '@spectrawl/contracts';
import { python } from '@spectrawl/testing';
import { portray } from './gallery.ts';
import { COMPLETED, expect, SKY, test } from './workbench-at-work.ts';

const VIEW = `/campaigns/${COMPLETED}/candidates`;

/** Spectra of the first screen of rows, top down. */
const shownIds = (page: Page): Promise<string[]> =>
  page.getByRole('row').locator('[role=gridcell]:nth-child(2)').allTextContents();

const table = (page: Page) => page.getByRole('grid', { name: 'Candidates' });

test('the pool is sorted and filtered, and the address says how', async ({ page, workbench }) => {
  const inference = workbench.deployment.inference;
  await page.goto(VIEW);
  await expect(page.getByRole('status').filter({ hasText: 'spectra' })).toContainText(String(workbench.sky.truth.size));
  const best = await inference.queryScores({ campaignId: COMPLETED, pageSize: 5 });
  await expect.poll(async () => (await shownIds(page)).slice(0, 5)).toEqual(best.spectra.map((it) => it.spectrumId));

  await page.getByRole('button', { name: 'S/N' }).click();
  await expect(page).toHaveURL(/sort=snr/);
  await page.getByLabel('P(emission), at least').fill('0.5');
  await expect(page).toHaveURL(/p=0\.5/);
  const bright = await inference.queryScores({
    campaignId: COMPLETED,
    filter: { emissionProbability: { least: 0.5 } },
    order: { column: ScoreColumn.SNR },
    pageSize: 5,
  });
  await expect.poll(async () => (await shownIds(page)).slice(0, 5)).toEqual(bright.spectra.map((it) => it.spectrumId));
  await expect(page.locator('p[role=status] b')).toHaveText(String(bright.total));

  // The address is all that another browser needs.
  await page.reload();
  await expect.poll(async () => (await shownIds(page)).slice(0, 5)).toEqual(bright.spectra.map((it) => it.spectrumId));
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect(page).not.toHaveURL(/p=/);

  await page.getByLabel('Sky: RA Dec radius').fill('1 2');
  await expect(page.getByLabel('Sky: RA Dec radius')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Sky: RA Dec radius').fill('12 89.99 0.0001');
  await expect(page.getByRole('heading', { name: 'Nothing fits' })).toBeVisible();
});

test('the last row is reached at once', async ({ page, workbench }) => {
  const last = await workbench.deployment.inference.queryScores({
    campaignId: COMPLETED,
    skip: BigInt(workbench.sky.truth.size - 1),
  });
  await page.goto(VIEW);
  await table(page).focus();
  await page.keyboard.press('End');
  await expect(page.locator('[aria-selected=true]')).toContainText(last.spectra[0]!.spectrumId);
  await page.keyboard.press('Home');
  await expect(page.locator('[aria-selected=true]')).toHaveAttribute('aria-rowindex', '2');
});

test('candidates are reviewed by keyboard, with a comment, and taken back', async ({ page, workbench }) => {
  const selection = workbench.deployment.selection;
  await page.goto(VIEW);
  await table(page).focus();
  await expect(page.locator('[aria-selected=true]')).not.toHaveText('');
  await expect.poll(async () => (await shownIds(page))[2]).not.toBe('');
  const [first, second, third] = await shownIds(page);
  await page.keyboard.press('a');
  await page.keyboard.press('r');
  await page.keyboard.press('c');
  await page.keyboard.type('a nebula? ar');
  await page.keyboard.press('Escape');
  await page.keyboard.press('a');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('u');
  const reviews = async () =>
    (await selection.listCandidateReviews({ campaignId: COMPLETED })).reviews.map((review) => [
      review.spectrumId,
      review.verdict,
      review.annotator,
      review.comment,
    ]);
  await expect.poll(reviews).toEqual([
    [first, Verdict.ACCEPTED, 'Ada', ''],
    [third, Verdict.ACCEPTED, 'Ada', 'a nebula? ar'],
    [second, Verdict.UNDECIDED, 'Ada', ''],
  ]);
  const log = await selection.listCandidateReviews({ campaignId: COMPLETED, withReplaced: true });
  expect(log.reviews).toHaveLength(4);

  await page.getByRole('form', { name: 'Filter' }).getByLabel('Verdict').selectOption('accepted');
  await expect(page.locator('p[role=status] b')).toHaveText('2');
  await expect(page).toHaveURL(/review=accepted/);
  expect(new Set(await shownIds(page))).toEqual(new Set([first, third]));

  await table(page).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/pools/${SKY}/spectra/`));
});

test('a catalogue tells what is known and what is new, and loses no row', async ({ page, workbench }) => {
  const { spectra } = await workbench.deployment.inference.queryScores({ campaignId: COMPLETED, pageSize: 1000 });
  const placed = spectra.filter(({ ra, dec }) => ra !== undefined && dec !== undefined);
  const known = placed.slice(0, 7);
  const rows = known.map(({ ra, dec }, at) => `Be ${at + 1},${ra},${dec! + 0.5 / 3600}`);
  const csv = ['name,RAJ2000,DEJ2000', ...rows, 'far away,1.5,-89.5', 'nowhere,,'].join('\n');
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-catalogue-'));
  try {
    const file = join(folder, 'Be stars.csv');
    await writeFile(file, csv);
    await page.goto(VIEW);
    await page.getByRole('button', { name: 'Cross-match…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Catalogue').setInputFiles(file);
    await expect(dialog.getByLabel('Name', { exact: true }).first()).toHaveValue('be-stars');
    await dialog.getByRole('button', { name: 'Match', exact: true }).click();
    await expect(dialog).toContainText('9 rows = 7 matched + 1 unmatched + 1 rejected');
    await expect(dialog).toContainText('row 9: RAJ2000 is missing');
    await dialog.getByRole('button', { name: 'Close' }).click();
  } finally {
    await rm(folder, { recursive: true });
  }
  await expect(page).toHaveURL(/match=be-stars/);
  await page.getByLabel('Known', { exact: true }).selectOption('known');
  await expect.poll(async () => (await shownIds(page)).length).toBeGreaterThanOrEqual(7);
  await expect(table(page)).toContainText('Be 1');
  await page.getByLabel('Known', { exact: true }).selectOption('new');
  await expect(table(page)).not.toContainText('Be 1 ');
});

test('the table and the catalogue are saved as files that astropy reads', async ({ page, workbench }) => {
  const total = workbench.sky.truth.size;
  await page.goto(VIEW);
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  const save = async (format: string): Promise<string> => {
    await dialog.getByRole('radio', { name: format, exact: true }).check();
    const coming = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save' }).click();
    return await (await coming).path();
  };
  const paths = [await save('VOTable'), await save('FITS'), await save('CSV'), await save('Parquet')];
  await dialog.getByRole('radio', { name: 'The published catalogue' }).check();
  paths.push(await save('FITS'));
  const judge = `
import json, sys
from astropy.table import Table
import pyarrow.parquet as parquet
votable, fits, csv, par, catalogue = sys.argv[1:]
fits = Table.read(fits, format='fits')
print(json.dumps([len(Table.read(votable, format='votable')), len(fits), len(Table.read(csv, format='ascii.csv')), parquet.read_table(par).num_rows,
  str(fits['ra'].unit), 'verdict' in Table.read(catalogue, format='fits').colnames]))
`;
  expect(JSON.parse(await python(judge, paths))).toEqual([total, total, total, total, 'deg', true]);
});

test('nothing keeps people out of the table and its export, dark and light', async ({ page }) => {
  await page.goto(VIEW);
  await table(page).focus();
  await page.keyboard.press('ArrowDown');
  await portray(page, 'candidates', async () => {
    await expect(page.locator('[aria-selected=true]')).not.toHaveText('');
    await expect(page.getByRole('row').locator('canvas[data-drawn=true]').first()).toBeVisible();
    await expect(page.getByRole('row').locator('canvas[data-drawn=false]')).toHaveCount(0);
  });
  await page.getByRole('button', { name: 'Export…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await portray(page, 'candidates-export', async () => await expect(dialog).toBeVisible());
});
