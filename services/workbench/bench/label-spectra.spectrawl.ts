// Contender: a batch labelled, on all services as one process. First argument: `chromium`, by keyboard in the page, a latency being the time
// from the key press until the next spectrum is on the screen (the label is stored by then); or `grpc`, by a program that shows nothing, a
// latency being the time until the label is stored and the next spectrum is loaded. Second argument: milliseconds that a spectrum is looked at.
import { randomUUID } from 'node:crypto';
import { setTimeout as passed } from 'node:timers/promises';
import { Annotator_Kind } from '@spectrawl/contracts';
import { answerRuns } from '@spectrawl/testing';
import { NAME, startCampaigns } from './bench-campaign.ts';
import { measureDrawing } from './measure-drawing.ts';

const LABELS = 40;
const [, , person, milliseconds = '0'] = process.argv;
const look = Number(milliseconds);
const ANNOTATOR = { name: NAME, kind: Annotator_Kind.PERSON };

const campaigns = await startCampaigns();
let campaignId = '';

async function answerByProgram(): Promise<number[]> {
  const { labelling, ingestion } = campaigns.deployment;
  const { tasks } = await labelling.leaseTasks({ campaignId, annotator: ANNOTATOR, maxTasks: LABELS + 1 });
  const milliseconds: number[] = [];
  for (const [at, { taskId, classes }] of tasks.slice(0, LABELS).entries()) {
    const decision = { answer: { case: 'class' as const, value: classes[at % classes.length]! } };
    await passed(look);
    const start = performance.now();
    await labelling.submitLabel({ requestId: randomUUID(), taskId, annotator: ANNOTATOR, decision });
    const next = tasks[at + 1];
    if (next) await ingestion.getSpectrum({ poolId: next.poolId, spectrumId: next.spectrumId });
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

const browser = person === 'chromium' ? await campaigns.openBrowser() : undefined;
const page = browser && (await (await campaigns.signIn(browser)).newPage());
await page?.addInitScript(measureDrawing);

async function answerByKeyboard(on: NonNullable<typeof page>): Promise<number[]> {
  for (let label = 1; label <= LABELS; label++) {
    await passed(look);
    await on.keyboard.press(String((label % 3) + 1));
    await on.waitForFunction((count) => window.drawingTimes.length >= count, label);
  }
  return await on.evaluate(() => window.drawingTimes);
}

await answerRuns({
  ...(browser && { version: browser.version() }),
  prepare: async () => {
    campaignId = await campaigns.next(LABELS);
    await page?.goto(`${campaigns.url}/campaigns/${campaignId}/label`);
    await page?.locator('[data-testid=halpha] [data-drawn]').waitFor();
  },
  run: async () => {
    const milliseconds = await (page ? answerByKeyboard(page) : answerByProgram());
    return { work: LABELS, milliseconds };
  },
  stop: async () => {
    await browser?.close();
    await campaigns.remove();
  },
});
