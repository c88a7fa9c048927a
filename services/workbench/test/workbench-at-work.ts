import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { Deployment, freePorts } from '@spectrawl/testing';
import { complete, fillPool, importTruth, METHOD, startCampaign, untilAsking } from './campaign-at-work.ts';
import { realSurvey, simulatedSurvey, together, type Survey } from './surveys.ts';

const SEED_SPECTRA = 150;
const POOL_SPECTRA = 400;

/** Rows of a shard: several shards, so that the ring has some to show. */
const SHARD_ROWS = 120;

/** The pool that campaigns search, real and simulated spectra; and the labelled one with which they begin. */
export const SKY = 'sky';
export const SEED = 'seed';

/** A campaign that is over, with candidates, a catalogue and models; and one that waits for labels of its first batch. */
export const COMPLETED = 'completed';
export const ASKING = 'asking';

/** All services as one process, with pools and campaigns, as the page finds them. */
export interface WorkbenchAtWork {
  readonly deployment: Deployment;
  /** `http://127.0.0.1:<port>`, the same over restarts */
  readonly url: string;
  /** The searched spectra and what they truly are, by id. */
  readonly sky: Survey;
  /** The link that signs in, of the services' life of the moment. */
  link(): Promise<string>;
  /** Signs a browser in under a name; no page is opened. */
  signIn(context: BrowserContext, name: string): Promise<void>;
  /** Starts one more campaign over the same sky. @returns when it asks for labels */
  ask(campaignId: string, method?: object): Promise<void>;
}

interface Fixtures {
  /** A page whose browser is signed in as Ada. */
  page: Page;
}

/** Tests of the page on a real deployment, which all tests of a worker share: each works with what it has made, or only looks. */
export const test = base.extend<Fixtures, { workbench: WorkbenchAtWork }>({
  workbench: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from the pattern that nothing is needed.
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'spectrawl-workbench-'));
      const linkFile = join(folder, 'link');
      const [port] = await freePorts(1);
      const deployment = await Deployment.prepare({
        shape: 'embedded',
        services: {
          ingestion: { shardRows: SHARD_ROWS },
          workbench: { http: { port }, linkFile, sessionKeyFile: join(folder, 'session.key') },
        },
      });
      try {
        await deployment.start();
        await use(await atWork(deployment, linkFile, port!));
      } finally {
        await deployment.remove();
        await rm(folder, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  page: async ({ page, workbench }, use) => {
    await workbench.signIn(page.context(), 'Ada');
    await use(page);
  },
  baseURL: async ({ workbench }, use) => use(workbench.url),
});

export { expect } from '@playwright/test';

async function atWork(deployment: Deployment, linkFile: string, port: number): Promise<WorkbenchAtWork> {
  const url = `http://127.0.0.1:${port}`;
  const link = async (): Promise<string> => (await readFile(linkFile, 'utf8')).trim();
  const seed = simulatedSurvey('ondrejov', SEED_SPECTRA);
  const sky = together(simulatedSurvey('lamost', POOL_SPECTRA), await realSurvey('lamost-dr1', 'lamost-dr10', 'sdss'));
  await fillPool(deployment, SEED, seed);
  await importTruth(deployment, SEED, seed);
  await fillPool(deployment, SKY, sky);
  const ask = async (campaignId: string, method: object = METHOD): Promise<void> => {
    await startCampaign(deployment, { campaignId, poolId: SKY, seedPoolIds: [SEED], method });
    await untilAsking(deployment, campaignId);
  };
  await startCampaign(deployment, {
    campaignId: COMPLETED,
    poolId: SKY,
    seedPoolIds: [SEED],
    method: { ...METHOD, query: { size: 20, quotas: { 'double-peak': 2 }, clusters: 2 } },
  });
  await complete(deployment, COMPLETED, sky.truth);
  await ask(ASKING);
  return {
    deployment,
    url,
    sky,
    link,
    ask,
    async signIn(context, name) {
      await context.request.get(await link());
      await context.request.put(`${url}/session/name`, { data: { name } });
    },
  };
}
