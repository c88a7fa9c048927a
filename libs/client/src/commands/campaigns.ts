import { randomUUID } from 'node:crypto';
import { Option, type Command } from 'commander';
import {
  Campaign_State,
  CampaignSchema,
  IterationSchema,
  type Campaign,
  type CreateCampaignResponse,
  type Iteration,
} from '@spectrawl/contracts';
import { readCampaignSpec, type CampaignSpec } from '../campaign-spec.ts';
import { campaignSummary } from '../campaign-summary.ts';
import type { Spectrawl } from '../connect.ts';
import { iterationHeader, iterationRow } from '../iteration-rows.ts';
import { allPages } from '@spectrawl/grpc';
import { plain } from '../plain.ts';
import { withContext } from '../terminal/command-context.ts';
import { columns } from '../terminal/columns.ts';
import { UsageError } from '../terminal/failure.ts';
import { watchCampaign } from '../watch-campaign.ts';

const DEFAULT_SEED = 1;

interface CreateOptions {
  pool?: string;
  seedPool?: string[];
  preset?: string;
  spec?: string;
  seed?: string;
  start?: boolean;
}

export function addCampaigns(program: Command): void {
  const campaigns = program.command('campaigns').description('search pools by active learning');
  campaigns
    .command('list', { isDefault: true })
    .description('list the campaigns')
    .action(
      withContext(async ({ spectrawl, output }) => {
        const found: Campaign[] = [];
        const pages = allPages(
          (pageToken) => spectrawl.selection.listCampaigns({ pageToken }),
          (page) => page.campaigns,
        );
        for await (const campaign of pages) found.push(campaign);
        output.table(
          found.map((campaign) => plain(CampaignSchema, campaign)),
          ['campaign', 'state', 'pool', 'preset', 'iteration', 'labels', 'candidates'],
          (at) => {
            const { campaignId, state, poolId, preset, currentIteration, labelsSpent, catalogue } = found[at]!;
            const candidates = catalogue?.candidates ?? '';
            return [campaignId, stateWord(state), poolId, preset, currentIteration, labelsSpent, candidates];
          },
        );
      }),
    );
  campaigns
    .command('create')
    .description('create a campaign, from a spec in YAML or from a preset')
    .argument('<name>')
    .option('--spec <file>', 'YAML with pool, seedPools, preset, seed and method')
    .option('--pool <name>', 'the pool to search')
    .option('--seed-pool <name...>', 'pools whose imported labels train the first iteration')
    .addOption(new Option('--preset <name>', 'the method to begin from').choices(['default', 'skoda-2020']))
    .option('--seed <number>', 'seed of every random choice')
    .option('--start', 'start it, too')
    .action(
      withContext(async ({ spectrawl, output }, name: string, options: CreateOptions) => {
        const spec = { ...(options.spec === undefined ? {} : await readCampaignSpec(options.spec)), ...given(options) };
        const { campaign } = await createCampaign(spectrawl, name, spec);
        if (options.start === true) await spectrawl.selection.startCampaign({ campaignId: name });
        const started = options.start === true ? 'started' : 'created';
        output.result(plain(CampaignSchema, campaign!), `campaign "${name}" ${started}`);
      }),
    );
  for (const [verb, done, description] of [
    ['start', 'started', 'start a created campaign'],
    ['pause', 'paused', 'hold a campaign before its next step'],
    ['resume', 'resumed', 'go on after a pause, or try a failed step again'],
    ['stop', 'stopping', 'end the loop after the batch at hand; the final training and the catalogue follow'],
  ] as const) {
    campaigns
      .command(verb)
      .description(description)
      .argument('<name>')
      .action(
        withContext(async ({ spectrawl, output }, campaignId: string) => {
          const { campaign } = await spectrawl.selection[`${verb}Campaign`]({ campaignId });
          output.result(plain(CampaignSchema, campaign!), `campaign "${campaignId}" ${done}`);
        }),
      );
  }
  campaigns
    .command('show')
    .description('show a campaign and its iterations')
    .argument('<name>')
    .action(
      withContext(async ({ spectrawl, output }, campaignId: string) => {
        const { campaign, iterations } = await readCampaign(spectrawl, campaignId);
        const rows = iterations.map((iteration) => iterationRow(iteration));
        output.result(
          {
            ...plain(CampaignSchema, campaign),
            iterations: iterations.map((iteration) => plain(IterationSchema, iteration)),
          },
          `${campaignSummary(campaign)}\n\n${columns(iterationHeader(campaign.classes), rows)}`,
        );
      }),
    );
  campaigns
    .command('watch')
    .description(
      'follow a campaign until it is completed: a row for each iteration (with --json: a line for each change)',
    )
    .argument('<name>')
    .action(
      withContext(async ({ spectrawl, output, signal }, campaignId: string) => {
        if (!output.json) {
          process.stdout.write(`${campaignSummary(await watchCampaign(spectrawl, campaignId, { signal }))}\n`);
          return;
        }
        for await (const { campaign, iterations } of spectrawl.selection.watchCampaign({ campaignId }, { signal })) {
          const change = {
            campaign: plain(CampaignSchema, campaign!),
            iterations: iterations.map((iteration) => plain(IterationSchema, iteration)),
          };
          process.stdout.write(`${JSON.stringify(change)}\n`);
        }
      }),
    );
}

/** @throws {UsageError} when the pool or the seed pools are missing; {RpcError} as the service refuses */
export async function createCampaign(
  { selection }: Spectrawl,
  campaignId: string,
  { pool, seedPools, preset = '', seed = DEFAULT_SEED, method = {} }: Partial<CampaignSpec>,
): Promise<CreateCampaignResponse> {
  if (pool === undefined) throw new UsageError('which pool? give --pool, or pool in the spec');
  if (seedPools === undefined)
    throw new UsageError('which labels to begin from? give --seed-pool, or seedPools in the spec');
  return await selection.createCampaign({
    requestId: randomUUID(),
    campaignId,
    poolId: pool,
    seedPoolIds: seedPools,
    preset,
    method,
    seed: BigInt(seed),
  });
}

/** A campaign and all of its iterations. */
export async function readCampaign(
  { selection }: Spectrawl,
  campaignId: string,
): Promise<{ campaign: Campaign; iterations: Iteration[] }> {
  const { campaign } = await selection.getCampaign({ campaignId });
  const iterations: Iteration[] = [];
  const pages = allPages(
    (pageToken) => selection.listIterations({ campaignId, pageToken }),
    (page) => page.iterations,
  );
  for await (const iteration of pages) iterations.push(iteration);
  return { campaign: campaign!, iterations };
}

function given({ pool, seedPool, preset, seed }: CreateOptions): Partial<CampaignSpec> {
  if (seed !== undefined && !/^\d{1,15}$/.test(seed)) throw new UsageError(`--seed ${seed}: give an integer`);
  return {
    ...(pool !== undefined && { pool }),
    ...(seedPool && { seedPools: seedPool }),
    ...(preset !== undefined && { preset }),
    ...(seed !== undefined && { seed: Number(seed) }),
  };
}

export function stateWord(state: Campaign_State): string {
  return Campaign_State[state].toLowerCase();
}
