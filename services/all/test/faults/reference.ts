import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Deployment, FAULTS_FOLDER } from '@spectrawl/testing';
import type { Surveys } from '../campaign-at-work.ts';
import { Persistence } from './persistence.ts';
import { SHARD_ROWS, SmallCampaign, type CampaignOutcome } from './small-campaign.ts';

/** Where the outcome waits for the other test files of the run. */
const KEPT = `${FAULTS_FOLDER}/undisturbed.json`;

/** What a campaign that nothing befalls comes to: all services in one process, on embedded adapters. */
export async function undisturbed(simulated: Surveys): Promise<CampaignOutcome> {
  if (existsSync(KEPT)) return JSON.parse(await readFile(KEPT, 'utf8')) as CampaignOutcome;
  const outcome = await runUndisturbed(simulated);
  await mkdir(dirname(KEPT), { recursive: true });
  await writeFile(KEPT, JSON.stringify(outcome, undefined, 2));
  return outcome;
}

async function runUndisturbed(simulated: Surveys): Promise<CampaignOutcome> {
  const deployment = await Deployment.prepare({
    shape: 'embedded',
    services: { ingestion: { shardRows: SHARD_ROWS } },
  });
  try {
    await deployment.start();
    const small = new SmallCampaign(deployment, new Persistence(), simulated);
    await small.prepare();
    await small.start('undisturbed');
    await small.answer('undisturbed');
    return await small.outcome('undisturbed');
  } finally {
    await deployment.remove();
  }
}
