// Contender: a batch labelled as fast as it can be, on all services as one process. Argument: `chromium`, by keyboard in the page, a
// latency being the time from the key press until the next spectrum is on the screen (the label is stored by then); or `grpc`, by a
// program that shows nothing, a latency being the time until the label is stored and the next spectrum is loaded.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { Annotator_Kind } from '@spectrawl/contracts';
import { answerRuns, Deployment, freePorts } from '@spectrawl/testing';
import { fillPool, importTruth, METHOD, startCampaign, untilAsking } from '../test/campaign-at-work.ts';
import { realSurvey, simulatedSurvey } from '../test/surveys.ts';
import { measureDrawing } from './measure-drawing.ts';

const LABELS = 60;
const SEED_SPECTRA = 150;
const CHROMIUM = '/usr/bin/chromium';
const ANNOTATOR = { name: 'ada', kind: Annotator_Kind.PERSON };

const folder = await mkdtemp(join(tmpdir(), 'spectrawl-bench-'));
const linkFile = join(folder, 'link');
const [port] = await freePorts(1);
const url = `http://127.0.0.1:${port}`;
const deployment = await Deployment.prepare({
  shape: 'embedded',
  services: { workbench: { http: { port }, linkFile } },
});
await deployment.start();
const seed = simulatedSurvey('ondrejov', SEED_SPECTRA);
await fillPool(deployment, 'seed', seed);
await importTruth(deployment, 'seed', seed);
await fillPool(deployment, 'sky', await realSurvey('lamost-dr1', 'lamost-dr1-plates', 'lamost-dr2', 'lamost-dr10'));

let campaigns = 0;
let campaignId = '';

/** A campaign of its own for each run, which waits for labels of its first batch. */
async function nextBatch(): Promise<void> {
  campaignId = `campaign-${campaigns++}`;
  const query = { ...METHOD.query, size: LABELS };
  const method = { ...METHOD, query, audit: { size: 10, finalSize: 10 } };
  await startCampaign(deployment, { campaignId, poolId: 'sky', seedPoolIds: ['seed'], method });
  await untilAsking(deployment, campaignId);
}

async function openPage() {
  const browser = await chromium.launch({
    ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  await context.request.get((await readFile(linkFile, 'utf8')).trim());
  await context.request.put(`${url}/session/name`, { data: { name: ANNOTATOR.name } });
  const page = await context.newPage();
  await page.addInitScript(measureDrawing);
  return { browser, page };
}

async function answerByProgram(): Promise<number[]> {
  const { labelling, ingestion } = deployment;
  const { tasks } = await labelling.leaseTasks({ campaignId, annotator: ANNOTATOR, maxTasks: LABELS + 1 });
  const milliseconds: number[] = [];
  for (const [at, { taskId, classes }] of tasks.slice(0, LABELS).entries()) {
    const decision = { answer: { case: 'class' as const, value: classes[at % classes.length]! } };
    const start = performance.now();
    await labelling.submitLabel({ requestId: randomUUID(), taskId, annotator: ANNOTATOR, decision });
    const next = tasks[at + 1];
    if (next) await ingestion.getSpectrum({ poolId: next.poolId, spectrumId: next.spectrumId });
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

const opened = process.argv[2] === 'chromium' ? await openPage() : undefined;

async function answerByKeyboard({ page }: NonNullable<typeof opened>): Promise<number[]> {
  for (let label = 1; label <= LABELS; label++) {
    await page.keyboard.press(String((label % 3) + 1));
    await page.waitForFunction((count) => window.drawingTimes.length >= count, label);
  }
  return await page.evaluate(() => window.drawingTimes);
}

await answerRuns({
  ...(opened && { version: opened.browser.version() }),
  prepare: async () => {
    await nextBatch();
    if (!opened) return;
    await opened.page.goto(`${url}/campaigns/${campaignId}/label`);
    await opened.page.locator('[data-testid=halpha] [data-drawn]').waitFor();
  },
  run: async () => {
    const milliseconds = await (opened ? answerByKeyboard(opened) : answerByProgram());
    return { work: LABELS, milliseconds };
  },
  stop: async () => {
    await opened?.browser.close();
    await deployment.remove();
    await rm(folder, { recursive: true, force: true });
  },
});
