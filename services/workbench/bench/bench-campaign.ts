import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';
import { Deployment, freePorts } from '@spectrawl/testing';
import { fillPool, importTruth, METHOD, startCampaign, untilAsking } from '../test/campaign-at-work.ts';
import { launchOptions } from '../test/chromium.ts';
import { realSurvey, simulatedSurvey } from '../test/surveys.ts';

const SEED_SPECTRA = 150;
const VIEWPORT = { width: 1920, height: 1080 };

/** The pool that campaigns search: real spectra. */
export const POOL = 'sky';
/** Under which everybody labels. */
export const NAME = 'ada';

/** All services as one process with the page, over real spectra. */
export interface BenchCampaigns {
  readonly deployment: Deployment;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Begins one more campaign. @param labels size of its first batch @returns its name, when it waits for labels */
  next(labels: number): Promise<string>;
  openBrowser(options?: { webgl?: boolean }): Promise<Browser>;
  /** A browser session of somebody who is signed in, with nothing loaded yet. */
  signIn(browser: Browser): Promise<BrowserContext>;
  remove(): Promise<void>;
}

export async function startCampaigns(): Promise<BenchCampaigns> {
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
  await fillPool(deployment, POOL, await realSurvey('lamost-dr1', 'lamost-dr1-plates', 'lamost-dr2', 'lamost-dr10'));
  let campaigns = 0;
  return {
    deployment,
    url,
    async next(labels) {
      const campaignId = `campaign-${campaigns++}`;
      const query = { ...METHOD.query, size: labels };
      const method = { ...METHOD, query, audit: { size: 10, finalSize: 10 } };
      await startCampaign(deployment, { campaignId, poolId: POOL, seedPoolIds: ['seed'], method });
      await untilAsking(deployment, campaignId);
      return campaignId;
    },
    openBrowser: ({ webgl = false } = {}) => chromium.launch(launchOptions({ webgl })),
    async signIn(browser) {
      const context = await browser.newContext({ viewport: VIEWPORT });
      await context.request.get((await readFile(linkFile, 'utf8')).trim());
      await context.request.put(`${url}/session/name`, { data: { name: NAME } });
      return context;
    },
    async remove() {
      await deployment.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
