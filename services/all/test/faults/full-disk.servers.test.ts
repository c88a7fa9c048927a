import { Iteration_Step } from '@spectrawl/contracts';
import { Deployment, FaultRecord, SmallDisk } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BehindTheServices } from './behind-the-services.ts';
import { Persistence } from './persistence.ts';
import { reconcile } from './reconcile.ts';
import { undisturbed } from './reference.ts';
import { SHARD_ROWS, SmallCampaign, smallSky, type CampaignOutcome } from './small-campaign.ts';

// Milliseconds; on a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Room for the embedded database, the objects and the spool, and some more. */
const DISK_MEBIBYTES = 300;

/** What is said of a disk that is full, by Node and by PostgreSQL. */
const NO_SPACE = /ENOSPC|No space left on device/;

const simulated = smallSky();
const faults = new FaultRecord('full-disk');
const campaignId = 'cramped';
let reference: CampaignOutcome;
let disk: SmallDisk;
let deployment: Deployment;
let small: SmallCampaign;

beforeAll(async () => {
  reference = await undisturbed(simulated);
  disk = await SmallDisk.mount(DISK_MEBIBYTES);
  deployment = await Deployment.prepare({
    shape: 'embedded',
    disk: disk.directory,
    services: { ingestion: { shardRows: SHARD_ROWS, spoolDirectory: disk.directory } },
  });
  await deployment.start();
  small = new SmallCampaign(deployment, new Persistence(), simulated);
});
afterAll(async () => {
  await deployment.remove();
  await disk.unmount();
});

/** Fills the disk until somebody complains, and gives the space back; a process that has ended meanwhile is started again. */
async function cramp(when: string, recovered: () => Promise<unknown>): Promise<void> {
  await faults.inject(
    { fault: 'disk full', where: 'database, objects and spool', when },
    async () => {
      const all = deployment.process('all');
      const before = { again: small.calls.again, said: all.output.length };
      await disk.fill();
      await vi.waitUntil(
        () => !all.isRunning || small.calls.again > before.again || NO_SPACE.test(all.output.slice(before.said)),
        { timeout: 300_000, interval: 50 },
      );
      await disk.free();
      await deployment.start();
    },
    recovered,
  );
}

test('a disk that is full in an upload, in a training and during answers, and has room again', async () => {
  let cramping: Promise<void> | undefined;
  const committed = Promise.withResolvers<void>();
  const prepared = small.prepare((stored) => {
    if (stored >= SHARD_ROWS) cramping ??= cramp('in mid-upload', () => committed.promise);
  });
  await prepared.finally(() => committed.resolve());
  await cramping;
  await small.start(campaignId);
  const disturb = async () => {
    await small.untilTraining(campaignId);
    const labelling = () => small.untilIteration(campaignId, ({ step }) => step === Iteration_Step.LABELLING);
    await cramp('in mid-training', labelling);
  };
  let asking: Promise<void> | undefined;
  const answering = small.answer(campaignId, async (answered) => {
    if (answered !== 10) return;
    await disk.fill();
    // The next iteration's plan is the first new file.
    asking = cramp('while a batch is finished', () => small.untilIteration(campaignId, ({ number }) => number === 1));
  });
  await Promise.all([disturb(), answering]);
  await asking;
  expect([cramping, asking]).not.toContain(undefined);
  const { outcome, differences, ...balance } = await reconcile(small, campaignId);
  await faults.settle(balance);
  expect(differences).toEqual([]);
  expect(outcome).toEqual(reference);
});

test('events that come again after the campaign, twice and out of order, on the embedded bus', async () => {
  await deployment.stop();
  const behind = await BehindTheServices.look(deployment);
  await vi.waitUntil(() => behind.events.all.some(({ topic }) => topic.includes('campaign-completed')), {
    timeout: 60_000,
  });
  const events = behind.events.all;
  const again = [...events, ...events].toSorted((a, b) => (reversed(a.id) < reversed(b.id) ? -1 : 1));
  await faults.inject(
    { fault: 'events twice more, out of order', where: 'every topic, embedded', when: 'after the campaign' },
    async () => {
      await behind.publish(again);
      await behind.close();
      return again.length;
    },
    () => handled(),
  );
  await deployment.start();
  const { outcome, differences, ...balance } = await reconcile(small, campaignId);
  await faults.settle(balance);
  expect(differences).toEqual([]);
  expect(outcome).toEqual(reference);
});

/** Runs campaigns until a look at the database, which only one process can open, finds every event handled. */
async function handled(): Promise<void> {
  for (let [left, campaigns] = [Infinity, 0]; left > 0; campaigns += 1) {
    await deployment.start();
    await small.start(`afterwards-${campaigns}`);
    await small.answer(`afterwards-${campaigns}`);
    await deployment.stop();
    const behind = await BehindTheServices.look(deployment);
    left = (await behind.unpublished()) + (await behind.unhandled());
    expect(await behind.deadLetters()).toBe(0);
    await behind.close();
  }
}

const reversed = (text: string): string => text.split('').reverse().join('');
