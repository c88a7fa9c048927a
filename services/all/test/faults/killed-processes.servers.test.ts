import { Iteration_Step, modelTrained, poolScored, shardScored } from '@spectrawl/contracts';
import { Deployment, FaultRecord } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { BehindTheServices } from './behind-the-services.ts';
import { Persistence } from './persistence.ts';
import { reconcile, settled } from './reconcile.ts';
import { undisturbed } from './reference.ts';
import { SHARD_ROWS, SmallCampaign, smallSky, type CampaignOutcome } from './small-campaign.ts';

// Milliseconds; on a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const simulated = smallSky();
const faults = new FaultRecord('killed-processes');
let reference: CampaignOutcome;
let deployment: Deployment;
let behind: BehindTheServices;
let small: SmallCampaign;

beforeAll(async () => {
  reference = await undisturbed(simulated);
  deployment = await Deployment.prepare({
    shape: 'separate processes',
    servers: inject('servers'),
    services: { ingestion: { shardRows: SHARD_ROWS, leaseSeconds: 1 } },
  });
  await deployment.start();
  behind = await BehindTheServices.look(deployment);
  small = new SmallCampaign(deployment, new Persistence(), simulated);
});
afterAll(async () => {
  await behind.close();
  await deployment.remove();
});

/** Kills a process, starts it again, and waits for the next event on the bus. */
async function kill(name: string, when: string, recovered = () => behind.next()): Promise<void> {
  await faults.inject({ fault: 'SIGKILL', where: name, when }, () => deployment.process(name).restart(), recovered);
}

test('ingestion is killed in mid-upload: what was committed counts once, and the rest comes with the next try', async () => {
  let killing: Promise<void> | undefined;
  const committed = Promise.withResolvers<void>();
  const prepared = small.prepare((stored) => {
    if (stored >= 2 * SHARD_ROWS) killing ??= kill('ingestion', 'in mid-upload', () => committed.promise);
  });
  await prepared.finally(() => committed.resolve());
  await killing;
  expect(killing).toBeDefined();
  expect(small.calls.again).toBeGreaterThan(0);
});

test('each process is killed in mid-work, then all of them at once: the campaign ends as if nothing had been', async () => {
  const campaignId = 'killed';
  await small.start(campaignId);
  const disturb = async () => {
    await small.untilTraining(campaignId);
    await kill('training', 'in mid-training');
    await behind.heard(shardScored, ({ scoringRunId }) => scoringRunId === `${campaignId}-0`);
    await Promise.all([kill('inference-worker', 'in mid-shard'), kill('inference', 'between planning and fan-in')]);
    await behind.heard(poolScored, ({ iteration }) => iteration === 0);
    await kill('selection', 'while it merges summaries');
    await small.untilIteration(campaignId, ({ number, step }) => number === 1 && step === Iteration_Step.SCORING);
    await behind.heard(shardScored, ({ scoringRunId }) => scoringRunId === `${campaignId}-1`);
    await faults.inject(
      { fault: 'SIGKILL', where: 'all processes', when: 'in mid-scoring' },
      async () => {
        await Promise.all(deployment.processes.map((one) => one.kill()));
        await deployment.start();
      },
      () => behind.next(),
    );
  };
  const answering = small.answer(campaignId, async (answered) => {
    if (answered !== 10) return;
    const answer = small.submitNext(campaignId);
    await kill('labelling', 'during an answer', () => answer);
  });
  await Promise.all([disturb(), answering]);
  await behind.heard(modelTrained, ({ iteration }) => iteration === 2);
  await settled(behind);
  const { outcome, differences, ...balance } = await reconcile(small, campaignId);
  await faults.settle(balance);
  expect(differences).toEqual([]);
  expect(outcome).toEqual(reference);
  expect(await behind.deadLetters()).toBe(0);
});
