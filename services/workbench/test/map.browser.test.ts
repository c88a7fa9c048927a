import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { Purpose } from '@spectrawl/contracts';
import { METHOD } from './campaign-at-work.ts';
import { portray } from './gallery.ts';
import { LabelDesk, labelsOf, tasksOf, wordOf } from './label-by-keyboard.ts';
import { COMPLETED, expect, SEED, SKY, test } from './workbench-at-work.ts';

/** A batch that is labelled in no time. */
const TINY = { ...METHOD, query: { size: 4, quotas: {}, clusters: 1 }, audit: { size: 3, finalSize: 3 } };

const MAP = `/campaigns/${COMPLETED}/map`;

/** Where a point of that map leads: of the searched pool within the campaign, of the labelled one that it began with by itself. */
function addressOf(spectrumId: string): RegExp {
  const id = encodeURIComponent(spectrumId);
  return new RegExp(`/pools/(${SKY}/spectra/${id}\\?campaign=${COMPLETED}|${SEED}/spectra/${id})$`);
}

interface MapOnPage {
  map: Locator;
  list: Locator;
  /** Spectra that the list has. */
  listed(): Promise<number>;
}

async function openMap(page: Page, campaignId = COMPLETED): Promise<MapOnPage> {
  await page.goto(`/campaigns/${campaignId}/map`);
  const map = page.getByRole('application', { name: /^Map of the pool/ });
  // The first one computes it.
  await expect(map).toBeVisible({ timeout: 100_000 });
  const list = page.getByRole('listbox');
  return {
    map,
    list,
    listed: async () => Number(await list.getByRole('option').first().getAttribute('aria-setsize')),
  };
}

/** Draws a lasso around a part of the map, in shares of its width and height. */
async function lasso(page: Page, map: Locator, part: { left: number; top: number; right: number; bottom: number }) {
  const box = (await map.boundingBox())!;
  const to = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.getByRole('button', { name: 'Lasso' }).click();
  await page.mouse.move(...to(part.left, part.top));
  await page.mouse.down();
  await page.mouse.move(...to(part.right, part.top), { steps: 4 });
  await page.mouse.move(...to(part.right, part.bottom), { steps: 4 });
  await page.mouse.move(...to(part.left, part.bottom), { steps: 4 });
  await page.mouse.up();
}

/** The part of the map's pixels that are painted, and how many different colours the painted ones have. */
async function painted(page: Page, map: Locator): Promise<{ share: number; colours: number }> {
  const png = await map.locator('canvas').screenshot();
  return await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const [red, green, blue] = data;
    const colours = new Set<number>();
    let count = 0;
    for (let i = 0; i < data.length; i += 4) {
      const away = Math.abs(data[i]! - red!) + Math.abs(data[i + 1]! - green!) + Math.abs(data[i + 2]! - blue!);
      if (away < 24) continue;
      count += 1;
      colours.add(((data[i]! >> 4) << 8) | ((data[i + 1]! >> 4) << 4) | (data[i + 2]! >> 4));
    }
    return { share: (4 * count) / data.length, colours: colours.size };
  }, png.toString('base64'));
}

test('the map draws every class, and what is hidden is gone', async ({ page, workbench }) => {
  const { map, listed } = await openMap(page);
  const stored = (await workbench.deployment.ingestion.getPool({ poolId: SKY })).pool?.counts?.stored;
  const pool = Number(stored);
  const legend = page.getByRole('group', { name: 'Predicted class' });
  await expect(page.getByText(`${pool.toLocaleString('en')} of ${pool.toLocaleString('en')} spectra`)).toBeVisible();
  const all = await listed();
  expect(all).toBeGreaterThan(pool);
  await expect.poll(async () => (await painted(page, map)).share).toBeGreaterThan(0.005);
  expect((await painted(page, map)).colours).toBeGreaterThan(10);

  await legend.getByLabel(/^labelled/).uncheck();
  expect(await listed()).toBe(pool);
  await legend.getByLabel(/absorption/).uncheck();
  const positives = await listed();
  expect(positives).toBeLessThan(pool);
  await legend.getByLabel(/single-peak/).uncheck();
  await legend.getByLabel(/double-peak/).uncheck();
  await expect(page.getByText('0 shown.')).toBeVisible();
  await expect.poll(async () => (await painted(page, map)).share).toBe(0);
});

test('a click opens the spectrum that the pointer shows', async ({ page }) => {
  const { map, list } = await openMap(page);
  await list.press('ArrowDown');
  const ring = map.locator('circle');
  await expect(ring).toBeVisible();
  const box = (await map.boundingBox())!;
  const [left, top] = await Promise.all(['cx', 'cy'].map(async (name) => Number(await ring.getAttribute(name))));
  await page.mouse.move(box.x + left!, box.y + top!);
  const shown = page.getByRole('region', { name: 'Spectrum under the pointer' });
  const id = await shown.locator('p').first().textContent();
  await expect(shown.locator('canvas')).toBeVisible();
  await page.mouse.click(box.x + left!, box.y + top!);
  await expect(page).toHaveURL(addressOf(id!));
  await page.goBack();
  await expect(map).toBeVisible();
});

test('a drag moves it, the wheel and keys zoom it, and nothing is opened', async ({ page }) => {
  const { map, list } = await openMap(page);
  await list.press('ArrowDown');
  const ring = map.locator('circle');
  const place = async (): Promise<number[]> =>
    await Promise.all(['cx', 'cy'].map(async (name) => Number(await ring.getAttribute(name))));
  const [left, top] = await place();
  await map.focus();
  await map.press('ArrowLeft');
  await expect.poll(async () => (await place())[0]).toBeCloseTo(left! + 60, 0);
  await map.press('0');
  await expect.poll(place).toEqual([left, top]);
  const box = (await map.boundingBox())!;
  const middle = { x: box.width / 2, y: box.height / 2 };
  await map.press('+');
  await expect.poll(async () => (await place())[0]).toBeCloseTo(middle.x + (left! - middle.x) * 1.5, 0);
  expect(page.url()).toContain(MAP);
});

test('a lasso selects, and the selection can be saved', async ({ page }) => {
  const { map, listed } = await openMap(page);
  const all = await listed();
  await lasso(page, map, { left: 0.01, top: 0.01, right: 0.99, bottom: 0.99 });
  await expect(page.getByText(`${all.toLocaleString('en')} selected`)).toBeVisible();
  // The campaign is over: nothing can be asked in it.
  await expect(page.getByRole('button', { name: /^Ask about these/ })).toBeDisabled();
  await expect(page.getByText('No batch waits for labels')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  const lines = csv.trim().split('\r\n');
  expect(lines[0]).toBe('id,pool,class,probability,labelled,map_x,map_y');
  expect(lines).toHaveLength(all + 1);
  expect(lines.filter((line) => line.split(',')[1] === SKY).length).toBeGreaterThan(400);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.getByText(`${all.toLocaleString('en')} shown.`)).toBeVisible();
});

test('what one picks out is asked, labelled by keyboard, and trained on', async ({ page, workbench }) => {
  test.setTimeout(420_000);
  const { deployment } = workbench;
  const campaignId = 'picked';
  await workbench.ask(campaignId, TINY);
  const { map, list } = await openMap(page, campaignId);
  // Of the pool's spectra only: the labelled ones are of another pool.
  await page
    .getByRole('group', { name: 'Predicted class' })
    .getByLabel(/^labelled/)
    .uncheck();
  // Around the point that the list comes to: it, and what lies beside it.
  await list.press('ArrowDown');
  const ring = map.locator('circle');
  const box = (await map.boundingBox())!;
  const [x, y] = await Promise.all(['cx', 'cy'].map(async (name) => Number(await ring.getAttribute(name))));
  const [left, top] = [x! / box.width, y! / box.height];
  await lasso(page, map, { left: left - 0.012, top: top - 0.012, right: left + 0.012, bottom: top + 0.012 });
  const button = page.getByRole('button', { name: /^Ask about these \(\d+\)$/ });
  await expect(button).toBeEnabled();
  const count = Number(/\d+/.exec((await button.textContent())!)![0]);
  expect(count).toBeGreaterThan(0);
  const drawn = new Set((await tasksOf(deployment, campaignId)).map(({ spectrumId }) => spectrumId));
  await button.click();
  await expect(page.getByText(count === 1 ? 'Asked.' : new RegExp(`^${count} asked\\.`))).toBeVisible();
  const choices = (await tasksOf(deployment, campaignId)).filter(({ spectrumId }) => !drawn.has(spectrumId));
  expect(choices).toHaveLength(count);
  await button.click();
  await expect(page.getByText(count === 1 ? 'Already asked.' : `${count} already asked.`)).toBeVisible();

  await expect(page.getByLabel('About the map').getByRole('link', { name: 'Label' })).toBeVisible();

  // A candidate that nobody has asked about, by key; and at its spectrum it is known that it is asked.
  await page.goto(`/campaigns/${campaignId}/candidates`);
  const panel = page.getByRole('complementary', { name: 'Selected spectrum' });
  const asked = new Set((await tasksOf(deployment, campaignId)).map(({ spectrumId }) => spectrumId));
  await page.getByRole('grid').focus();
  const name = panel.getByRole('link').first();
  while (asked.has((await name.textContent())!)) {
    const before = (await name.textContent())!;
    await page.keyboard.press('ArrowDown');
    await expect(name).not.toHaveText(before);
  }
  const candidate = (await name.textContent())!;
  await expect(panel.getByRole('button', { name: /^Ask about it/ })).toBeEnabled();
  await page.keyboard.press('q');
  await expect(panel.getByText('Asked.')).toBeVisible();
  await name.click();
  await expect(page).toHaveURL(new RegExp(`/spectra/${encodeURIComponent(candidate)}\\?campaign=${campaignId}$`));
  await page.getByRole('button', { name: 'Ask about it' }).click();
  await expect(page.getByText('Already asked.')).toBeVisible();
  const picked = new Set([...choices.map(({ spectrumId }) => spectrumId), candidate]);

  await page.getByLabel('About this spectrum').getByRole('link', { name: 'Label' }).click();
  const desk = new LabelDesk(page, campaignId);
  await expect(desk.progress).toContainText(`0 of ${drawn.size + picked.size} answered`);
  await expect(desk.plot).toBeVisible({ timeout: 60_000 });
  for (let answered = 0; answered < drawn.size + picked.size; answered += 1) {
    const isPicked = picked.has(await desk.drawn());
    await expect(page.getByText('picked out by Ada')).toHaveCount(isPicked ? 1 : 0);
    await desk.answer(isPicked ? '3' : '1');
  }
  const log = await labelsOf(deployment, campaignId);
  const ofChoices = log.filter(({ purpose }) => purpose === Purpose.CHOICE);
  expect(ofChoices.map(({ spectrumId }) => spectrumId).toSorted()).toEqual([...picked].toSorted());
  expect(new Set(ofChoices.map(wordOf))).toEqual(new Set(['double-peak']));

  // What was picked is in the next iteration's training set, beside all that was drawn.
  const trainedOn = async (iteration: number): Promise<number[] | undefined> => {
    const model = deployment.training.getModel({ modelId: `${campaignId}-${iteration}` });
    return await model.then(
      (answer) => answer.model?.trainingSet?.classCounts,
      () => undefined,
    );
  };
  const [absorption, singlePeak, doublePeak] = (await trainedOn(0))!;
  const expected = [absorption! + drawn.size, singlePeak, doublePeak! + picked.size];
  await expect.poll(() => trainedOn(1), { timeout: 90_000 }).toEqual(expected);
});

test('the list has all of it by keyboard', async ({ page }) => {
  const { list, listed } = await openMap(page);
  const all = await listed();
  await list.press('End');
  const last = list.locator('[aria-selected="true"]');
  await expect(last).toHaveAttribute('aria-posinset', String(all));
  const id = (await last.locator('span').first().textContent())!;
  await list.press('Enter');
  await expect(page).toHaveURL(addressOf(id));
});

test('a browser without WebGL 2 says so, and lists', async ({ page }) => {
  await page.addInitScript(() => {
    const { getContext } = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind === 'webgl2' ? null : getContext.call(this, kind as '2d', ...(rest as []));
    } as typeof getContext;
  });
  await page.goto(MAP);
  await expect(page.getByText('This browser cannot draw the map')).toBeVisible();
  await expect(page.getByRole('listbox').getByRole('option').first()).toBeVisible();
});

test('a campaign without scores has no map yet', async ({ page }) => {
  await page.goto('/campaigns/none/map');
  await expect(page.getByRole('heading', { name: 'No map yet' })).toBeVisible();
});

test('everybody can use the map, dark and light', async ({ page }) => {
  const { map, list } = await openMap(page);
  await list.press('ArrowDown');
  await portray(page, 'map', async () => {
    await expect.poll(async () => (await painted(page, map)).share).toBeGreaterThan(0.005);
  });
});
