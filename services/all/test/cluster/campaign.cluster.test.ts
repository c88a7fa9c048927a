import { readFile } from 'node:fs/promises';
import { Iteration_Step, SelectionService } from '@spectrawl/contracts';
import { FaultRecord, faultTable, forgetFaults } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Persistence } from '../faults/persistence.ts';
import { reconcile } from '../faults/reconcile.ts';
import { undisturbed } from '../faults/reference.ts';
import { SmallCampaign, smallSky, type CampaignOutcome } from '../faults/small-campaign.ts';
import { Cluster, type Release } from './cluster.ts';

// Milliseconds; pods take their time to come and go.
vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 600_000 });

const release = process.env['SPECTRAWL_TEST_RELEASE'];
if (release === undefined) throw new Error('deploy/cluster/test runs this on the release that it has installed');

const simulated = smallSky();
const cluster = new Cluster(JSON.parse(release) as Release);
const small = new SmallCampaign(cluster.clients, new Persistence(), simulated);
const faults = new FaultRecord('cluster');
let reference: CampaignOutcome;

beforeAll(async () => {
  await forgetFaults();
  reference = await undisturbed(simulated);
  await small.prepare();
});
afterAll(() => cluster.close());

/** Does something to the release and waits until all its pods are ready again. */
async function inject(fault: string, where: string, when: string, act: () => Promise<unknown>): Promise<void> {
  const tell = (what: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${where}: ${what}`);
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  tell(`${fault}, ${when}`);
  await faults.inject(
    { fault, where, when },
    async () => {
      await act();
      tell(`${fault} after ${seconds()}`);
    },
    () => cluster.whole(),
  );
  tell(`all pods ready again after ${seconds()}`);
}

/** Resolves when an iteration is at a step, or past it. */
async function reached(campaignId: string, iteration: number, step: Iteration_Step): Promise<void> {
  await small.untilIteration(
    campaignId,
    (last) => last.number > iteration || (last.number === iteration && last.step >= step),
  );
}

/** Resolves when some shards of an iteration are scored; says how many of how many. */
async function scoredSome(campaignId: string, iteration: number): Promise<string> {
  for (;;) {
    const { scoringRuns } = await small.calls.of(() => cluster.clients.inference.listScoringRuns({ campaignId }));
    const run = scoringRuns.find((one) => one.iteration === iteration);
    if (run !== undefined && run.shardsScored > 0) return `${run.shardsScored} of ${run.shardsPlanned} shards scored`;
  }
}

test('a campaign comes to its catalogue while nobody disturbs it', async () => {
  await small.start('calm');
  await small.answer('calm');
  const { outcome, differences } = await reconcile(small, 'calm');
  expect(differences).toEqual([]);
  expect(outcome).toEqual(reference);
});

test('the page answers in its Service, and shows the campaign to who signs in with a token', async () => {
  const { workbench, tokenFile } = cluster.release;
  const page = await fetch(workbench);
  expect(page.status).toBe(200);
  const html = await page.text();
  expect(html).toContain('<title>Spectrawl</title>');
  const script = /<script [^>]*src="(?<path>[^"]+)"/.exec(html)!.groups!['path']!;
  const code = await fetch(new URL(script, workbench));
  expect({ status: code.status, type: code.headers.get('content-type') }).toEqual({
    status: 200,
    type: expect.stringContaining('javascript') as string,
  });

  const post = (path: string, body: object, cookie = '') =>
    fetch(new URL(path, workbench), {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    });
  const listing = `/rpc/${SelectionService.typeName}/ListCampaigns`;
  expect((await post(listing, {})).status).toBe(401);
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const welcome = await post('/session/token', { token });
  expect(welcome.status).toBe(204);
  const cookie = welcome.headers.getSetCookie().map((one) => one.split(';')[0]);
  const answer = await post(listing, {}, cookie.join('; '));
  expect(await answer.json()).toMatchObject({ campaigns: [{ campaignId: 'calm' }] });
});

test('pods are killed and deleted, the node is drained, the release upgraded and rolled back: nothing is lost', async () => {
  const campaignId = 'shaken';
  await small.start(campaignId);
  /** Each iteration's answers wait for its last fault, so that the campaign is under way when it comes. */
  const [killed, rolledBack, drained] = [signal(), signal(), signal()];
  const disturb = async () => {
    await small.untilTraining(campaignId);
    const trainingBack = inject('killed', 'training', 'in training', () => cluster.kill('training'));
    const scored = await scoredSome(campaignId, 0);
    await inject('killed', 'inference-worker, inference', scored, () =>
      Promise.all([cluster.kill('inference-worker'), cluster.kill('inference')]),
    );
    await trainingBack;
    killed.give();
    await reached(campaignId, 1, Iteration_Step.TRAINING);
    await inject('upgraded', 'the release', 'in iteration 1', () => upgrade());
    await reached(campaignId, 1, Iteration_Step.LABELLING);
    await inject('rolled back', 'the release', 'in iteration 1', () => rollback(rolledBack));
    await reached(campaignId, 2, Iteration_Step.SCORING);
    await inject('drained', 'the node', 'in iteration 2', () => {
      drained.give();
      return cluster.drain();
    });
  };
  const answering = small.answer(campaignId, async (answered, iteration) => {
    await [killed, rolledBack, drained][iteration]?.given;
    if (answered === 10) await inject('killed', 'labelling', 'between answers', () => cluster.kill('labelling'));
    if (answered === 20) await inject('deleted', 'selection', 'between answers', () => cluster.remove('selection'));
  });
  await Promise.all([disturb(), answering]);
  const { outcome, differences, ...balance } = await reconcile(small, campaignId);
  await faults.settle(balance);
  console.log(`\n${faultTable(faults.settled)}\n\n${countsOf(outcome)}\n`);
  expect(differences).toEqual([]);
  expect(outcome).toEqual(reference);
  await vi.waitUntil(async () => (await cluster.unpublished()) === 0, { timeout: 60_000, interval: 500 });
});

/** Installs the chart as it is with one setting changed that every pod of a service has to be replaced for. */
async function upgrade(): Promise<void> {
  const { name, valueFiles } = cluster.release;
  const values = valueFiles.flatMap((file) => ['--values', file]);
  const changed = ['--set', 'defaults.podAnnotations.spectrawl/test=upgraded'];
  await cluster.helm('upgrade', name, 'helm/spectrawl', ...values, ...changed, '--wait', '--timeout', '10m');
}

async function rollback(begun: Signal): Promise<void> {
  begun.give();
  await cluster.helm('rollback', cluster.release.name, '1', '--wait', '--timeout', '10m');
}

interface Signal {
  give: () => void;
  given: Promise<void>;
}

function signal(): Signal {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { give: resolve, given: promise };
}

function countsOf({ iterations, labels, catalogue }: CampaignOutcome): string {
  const scored = iterations.map(({ poolSize }) => poolSize).join(', ');
  return [
    `iterations: ${iterations.length}, spectra searched in each: ${scored}`,
    `labels: ${labels.length} asked for, ${labels.length} in the log, each once`,
    `catalogue: ${catalogue.trim().split('\n').length - 1} rows, the same to the byte as without Kubernetes and faults`,
  ].join('\n');
}
