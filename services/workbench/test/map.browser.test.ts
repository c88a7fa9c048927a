import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { portray } from './gallery.ts';
import { COMPLETED, expect, SKY, test } from './workbench-at-work.ts';

const MAP = `/campaigns/${COMPLETED}/map`;

interface MapOnPage {
  map: Locator;
  list: Locator;
  /** Spectra that the list has. */
  listed(): Promise<number>;
}

async function openMap(page: Page): Promise<MapOnPage> {
  await page.goto(MAP);
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
  await expect(page).toHaveURL(new RegExp(`/pools/[^/]+/spectra/${encodeURIComponent(id!)}$`));
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
  const box = (await map.boundingBox())!;
  await page.getByRole('button', { name: 'Lasso' }).click();
  const corner = (x: number, y: number): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...corner(0.01, 0.01));
  await page.mouse.down();
  for (const [x, y] of [
    [0.99, 0.01],
    [0.99, 0.99],
    [0.01, 0.99],
  ] as const) {
    await page.mouse.move(...corner(x, y), { steps: 4 });
  }
  await page.mouse.up();
  await expect(page.getByText(`${all.toLocaleString('en')} selected`)).toBeVisible();
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

test('the list has all of it by keyboard', async ({ page }) => {
  const { list, listed } = await openMap(page);
  const all = await listed();
  await list.press('End');
  const last = list.locator('[aria-selected="true"]');
  await expect(last).toHaveAttribute('aria-posinset', String(all));
  const id = (await last.locator('span').first().textContent())!;
  await list.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/spectra/${encodeURIComponent(id)}$`));
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
