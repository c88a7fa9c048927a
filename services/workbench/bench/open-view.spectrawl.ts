// Contender: a view opened by somebody whose browser has nothing of the page yet. Argument: `files`, what the page loads first fetched by a
// program that shows nothing; or the view: `label`, a latency being the time from the request until the spectrum is on the screen and
// the keys work; `candidates`, until the table has rows.
import { answerRuns } from '@spectrawl/testing';
import { startCampaigns } from './bench-campaign.ts';

const TIMES = 10;

const campaigns = await startCampaigns();
const campaignId = await campaigns.next(40);
const what = process.argv[2] ?? '';
const browser = what === 'files' ? undefined : await campaigns.openBrowser();

async function fetchFiles(): Promise<void> {
  const html = await (await fetch(campaigns.url)).text();
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
  if (paths.length === 0) throw new Error('the page loads no files');
  await Promise.all(paths.map(async (path) => await (await fetch(campaigns.url + path)).arrayBuffer()));
}

/** @returns milliseconds */
async function openView(): Promise<number> {
  if (!browser) {
    const start = performance.now();
    await fetchFiles();
    return performance.now() - start;
  }
  const context = await campaigns.signIn(browser);
  try {
    const page = await context.newPage();
    const start = performance.now();
    await page.goto(`${campaigns.url}/campaigns/${campaignId}/${what}`, { waitUntil: 'commit' });
    if (what === 'candidates') await page.locator('[role=gridcell]').first().waitFor();
    else {
      await page.locator('[data-testid=halpha] [data-drawn]').waitFor();
      // It is interactive when a key does what it says.
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    }
    return performance.now() - start;
  } finally {
    await context.close();
  }
}

await answerRuns({
  ...(browser && { version: browser.version() }),
  run: async () => {
    const milliseconds: number[] = [];
    while (milliseconds.length < TIMES) milliseconds.push(await openView());
    return { work: TIMES, milliseconds };
  },
  stop: async () => {
    await browser?.close();
    await campaigns.remove();
  },
});
