import AxeBuilder from '@axe-core/playwright';
import { ASKING, expect, test } from './workbench-at-work.ts';

test('the first view is that of the batch that waits', async ({ page }) => {
  await page.goto('/');
  // With the task that is shown, once there is one.
  await expect(page).toHaveURL(new RegExp(`/campaigns/${ASKING}/label/${ASKING}\\.`));
});

test('views have addresses of their own, and are reached by keyboard', async ({ page }) => {
  await page.goto('/campaigns');
  await expect(page.getByRole('heading', { name: 'Campaigns' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the view' })).toBeFocused();
  await page.getByRole('link', { name: 'Pools' }).press('Enter');
  await expect(page).toHaveURL('/pools');
  await page.goto('/nowhere');
  await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
});

test('nobody comes in without the link', async ({ browser, workbench }) => {
  const stranger = await browser.newPage();
  await stranger.goto(`${workbench.url}/campaigns`);
  await expect(stranger.getByRole('heading', { name: 'Open the link of the start' })).toBeVisible();
  await stranger.goto(`${workbench.url}/?token=guessed`);
  await expect(stranger.getByRole('heading', { name: 'This link is out of date' })).toBeVisible();
  await stranger.goto(await workbench.link());
  await stranger.getByLabel('Your name').fill('Grace');
  await stranger.getByRole('button', { name: 'Begin' }).click();
  await expect(stranger.getByText('Grace')).toBeVisible();
  expect(stranger.url()).not.toContain('token');
  await stranger.context().close();
});

for (const colorScheme of ['dark', 'light'] as const) {
  test(`nothing keeps people out of the ${colorScheme} shell`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto('/nowhere');
    await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
  });
}
