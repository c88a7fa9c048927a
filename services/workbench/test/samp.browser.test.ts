import type { Page } from '@playwright/test';
import { TestHub } from './samp-hub.ts';
import { COMPLETED, expect, SKY, test } from './workbench-at-work.ts';

let hub: TestHub | undefined;
test.afterEach(async () => {
  await hub?.stop();
  hub = undefined;
});

/** Selects everything on a map and asks to whom it can be sent. */
async function askForPrograms(page: Page): Promise<number> {
  await page.goto(`/campaigns/${COMPLETED}/map`);
  const map = page.getByRole('application', { name: /^Map of the pool/ });
  await expect(map).toBeVisible({ timeout: 100_000 });
  const { x, y, width, height } = (await map.boundingBox())!;
  await page.keyboard.down('Shift');
  await page.mouse.move(x + 3, y + 3);
  await page.mouse.down();
  for (const [right, down] of [
    [width - 3, 3],
    [width - 3, height - 3],
    [3, height - 3],
  ] as const) {
    await page.mouse.move(x + right, y + down, { steps: 3 });
  }
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.getByRole('button', { name: 'Send to…' }).click();
  return Number(await page.getByRole('listbox').getByRole('option').first().getAttribute('aria-setsize'));
}

test('a selection is loaded by another program, which astropy reads', async ({ page, workbench }) => {
  hub = await TestHub.start();
  const selected = await askForPrograms(page);
  expect(await hub.next()).toMatchObject({ asked: 'Spectrawl', origin: workbench.url });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('astropy')).toBeVisible();
  await dialog.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(dialog.getByText('sent')).toBeVisible();
  const message = await hub.next();
  expect(message).toMatchObject({
    mtype: 'table.load.votable',
    name: `Map of ${COMPLETED}: ${selected} spectra`,
    loaded: {
      type: 'application/x-votable+xml',
      columns: ['id', 'pool', 'class', 'probability', 'labelled', 'map_x', 'map_y'],
      rows: selected,
    },
  });
  expect((message as { loaded: { first: string[] } }).loaded.first[1]).toBe(SKY);
});

test('whoever refuses the page is told how to go on, and can', async ({ page }) => {
  hub = await TestHub.start();
  hub.answer('refuse');
  await askForPrograms(page);
  expect(await hub.next()).toMatchObject({ asked: 'Spectrawl' });
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('The SAMP hub refused.')).toBeVisible();
  hub.answer('agree');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(dialog.getByText('astropy')).toBeVisible();
});

test('without a hub it says what to start', async ({ page }) => {
  await askForPrograms(page);
  await expect(page.getByText('No SAMP hub runs on this computer.')).toBeVisible();
});

test('a shared file is for those who have its address, under its own name, and no page', async ({
  page,
  workbench,
}) => {
  const { request } = page.context();
  const shared = await request.post('/shared/table.vot', {
    headers: { 'content-type': 'application/x-votable+xml' },
    data: '<VOTABLE/>',
  });
  expect(shared.status()).toBe(201);
  const { path } = (await shared.json()) as { path: string };
  const answer = await fetch(`${workbench.url}${path}`);
  expect(await answer.text()).toBe('<VOTABLE/>');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="table.vot"');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await fetch(`${workbench.url}${path.replace('table', 'other')}`)).status).toBe(404);
  expect((await fetch(`${workbench.url}/shared/guessed/table.vot`)).status).toBe(404);

  const post = (name: string, type: string) =>
    request.post(`/shared/${name}`, { headers: { 'content-type': type }, data: 'x' });
  expect((await post('page.html', 'text/html')).status()).toBe(415);
  expect((await post('..%2fup.vot', 'text/csv')).status()).toBe(400);
  const stranger = await fetch(`${workbench.url}/shared/table.csv`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: 'x',
  });
  expect(stranger.status).toBe(401);
});
