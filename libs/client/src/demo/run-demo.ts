import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Campaign_State, Pool_State, type Campaign, type Iteration } from '@spectrawl/contracts';
import { RpcError } from '@spectrawl/grpc';
import { readCampaignSpec, type CampaignSpec } from '../campaign-spec.ts';
import { campaignSummary } from '../campaign-summary.ts';
import { createCampaign } from '../commands/campaigns.ts';
import { saveCatalogue } from '../commands/export.ts';
import { ingest } from '../commands/ingest.ts';
import { importLabels } from '../commands/labels.ts';
import type { Spectrawl } from '../connect.ts';
import { percent } from '../iteration-rows.ts';
import { runOracle } from '../oracle.ts';
import type { CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { watchCampaign } from '../watch-campaign.ts';
import { demoReportText, reportDemo } from './demo-report.ts';
import { prepareDemoSurvey, type DemoSize, type DemoSurvey } from './demo-survey.ts';
import { compareWithTruth } from './true-error.ts';

/** A demo campaign: what it is called, what it is made from, and where its files go. */
export interface Demo extends DemoSize {
  name: string;
  spec: string;
  realSpectra: string;
  directory: string;
}

/** The annotator that knows the truth. */
const ORACLE = 'simulated-oracle';

/** Runs the demo campaign from simulated and real spectra to the catalogue; run again, it continues where it was. */
export async function runDemo(context: CommandContext, demo: Demo): Promise<void> {
  const { output } = context;
  const survey = await prepareDemoSurvey(demo.directory, demo.realSpectra, demo, output.say);
  const spec = await readCampaignSpec(demo.spec);
  const pools = await fillDemoPools(context, demo.spec, spec, survey);
  await createWhereMissing(context.spectrawl, demo.name, { ...spec, ...pools });
  const campaign = await playCampaign(context, demo.name, survey);
  output.say('');
  const report = await reportDemo(context.spectrawl, campaign, survey);
  const files = await saveFiles(context.spectrawl, campaign, join(demo.directory, demo.name));
  output.result(
    { campaign: demo.name, report, catalogue: files },
    [campaignSummary(campaign), '', demoReportText(report), '', ...files.map((file) => `catalogue: ${file}`)].join(
      '\n',
    ),
  );
}

/**
 * Starts or resumes a campaign and answers for its annotators until it is completed, or until an iteration has begun that
 * `until` names.
 */
export async function playCampaign(
  { spectrawl, output, signal }: CommandContext,
  campaignId: string,
  survey: DemoSurvey,
  until: (iteration: Iteration) => boolean = () => false,
): Promise<Campaign> {
  const { campaign } = await spectrawl.selection.startCampaign({ campaignId });
  if (campaign?.state === Campaign_State.PAUSED) await spectrawl.selection.resumeCampaign({ campaignId });
  const notInteresting = campaign?.classes[0] ?? '';
  const playing = new AbortController();
  const either = AbortSignal.any([signal, playing.signal]);
  output.say(`campaign "${campaignId}": the simulated annotator answers; a row for each iteration`);
  const oracle = runOracle(spectrawl, { campaignId, truth: survey.truth.pool, name: ORACLE, signal: either });
  try {
    const watching = watchCampaign(spectrawl, campaignId, {
      signal: either,
      until,
      extra: {
        header: 'true error',
        of: async (iteration) => {
          const sky = await compareWithTruth(spectrawl, iteration, survey.truth.pool, notInteresting);
          return sky.predicted === 0 ? '–' : `${percent(sky.wrong / sky.predicted)} (${sky.wrong}/${sky.predicted})`;
        },
      },
    });
    // An oracle that fails ends the watch with it; one that has nothing left to answer waits for the watch.
    return await Promise.race([watching, oracle.then(() => watching)]);
  } finally {
    playing.abort();
    await oracle.catch(() => undefined);
  }
}

/**
 * Ingests the demo's input into the pools that a spec names, and imports the seed's labels, where that was not done before.
 * @throws {UsageError} when the spec names no pool or no seed pool
 */
export async function fillDemoPools(
  context: CommandContext,
  file: string,
  { pool, seedPools: [seedPool] = [] }: Partial<CampaignSpec>,
  { folders, truth }: DemoSurvey,
): Promise<Pick<CampaignSpec, 'pool' | 'seedPools'>> {
  if (pool === undefined || seedPool === undefined) throw new UsageError(`${file} has to name pool and seedPools`);
  await fillPool(context, seedPool, folders.seed, truth.seed);
  await fillPool(context, pool, folders.pool);
  return { pool, seedPools: [seedPool] };
}

async function fillPool(
  context: CommandContext,
  pool: string,
  folders: readonly string[],
  labels?: ReadonlyMap<string, string>,
): Promise<void> {
  const { spectrawl, output } = context;
  if (await isSealed(spectrawl, pool)) return;
  const { last } = await ingest(context, folders, { pool, survey: 'auto' });
  const { received, stored, quarantined, duplicates } = last.counts!;
  output.say(
    `pool "${pool}": ${received} in = ${stored} stored + ${quarantined} quarantined + ${duplicates} duplicates`,
  );
  if (labels) {
    const { imported } = await importLabels(spectrawl, pool, 'seed labels', labels);
    output.say(`pool "${pool}": ${imported} labels imported`);
  }
  await spectrawl.ingestion.sealPool({ poolId: pool }, { deadline: 600_000 });
}

async function isSealed({ ingestion }: Spectrawl, poolId: string): Promise<boolean> {
  try {
    const { pool } = await ingestion.getPool({ poolId });
    return pool?.state === Pool_State.SEALED;
  } catch (error) {
    if (error instanceof RpcError && error.reason === 'POOL_NOT_FOUND') return false;
    throw error;
  }
}

/** Creates a campaign unless there is one of that name. */
export async function createWhereMissing(
  spectrawl: Spectrawl,
  name: string,
  spec: Partial<CampaignSpec>,
): Promise<void> {
  try {
    await createCampaign(spectrawl, name, spec);
  } catch (error) {
    if (!(error instanceof RpcError && error.reason === 'CAMPAIGN_EXISTS')) throw error;
  }
}

async function saveFiles(
  spectrawl: Spectrawl,
  { campaignId, catalogue }: Campaign,
  directory: string,
): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const files: string[] = [];
  for (const [format, key] of Object.entries(catalogue?.keys ?? {})) {
    const file = join(directory, key.slice(key.lastIndexOf('/') + 1));
    await saveCatalogue(spectrawl, campaignId, format, file, { force: true });
    files.push(file);
  }
  return files.sort();
}
