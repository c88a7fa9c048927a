import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { shardScored, ShardScoredSchema } from '@spectrawl/contracts';
import { Deployment, type ServiceProcess } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { SMALL_SHARDS } from '../campaign-at-work.ts';
import { BehindTheServices } from './behind-the-services.ts';
import { Persistence } from './persistence.ts';
import { SmallCampaign, smallSky } from './small-campaign.ts';

// Milliseconds; on a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MEBIBYTE = 2 ** 20;

/** Heap of JavaScript that a service has, in mebibytes: what it should not keep would not fit for long. */
const HEAP = 192;

const closing = new AsyncDisposableStack();
let deployment: Deployment;
let small: SmallCampaign;

beforeAll(async () => {
  deployment = closing.adopt(
    await Deployment.prepare({
      shape: 'separate processes',
      servers: inject('servers'),
      workers: 1,
      services: SMALL_SHARDS,
      environment: () => ({ NODE_OPTIONS: `--max-old-space-size=${HEAP}` }),
    }),
    (one) => one.remove(),
  );
  await deployment.start();
  small = new SmallCampaign(deployment, new Persistence(), smallSky());
});
afterAll(() => closing.disposeAsync());

/** The most memory that a process has had while something went on, in bytes. */
async function peakOf({ pid }: ServiceProcess, work: () => Promise<unknown>): Promise<number> {
  // The kernel begins a new peak.
  await writeFile(`/proc/${pid}/clear_refs`, '5');
  await work();
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kibibytes) * 1024;
}

test('watchers who do not read cost little', async () => {
  await small.prepare();
  const campaignId = 'watched';
  await small.start(campaignId);
  const { selection } = deployment;
  const leaving = new AbortController();
  const watch = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        selection.watchCampaign({ campaignId }, { signal: leaving.signal })[Symbol.asyncIterator]().next(),
      ),
    );
  const process = deployment.process('selection');
  const peaks = [await peakOf(process, () => watch(20)), await peakOf(process, () => watch(60))];
  expect(peaks[1]! - peaks[0]!).toBeLessThan(60 * MEBIBYTE);
  leaving.abort();
});

test('a backlog of events that cannot be handled stays with the brokers', async () => {
  const behind = closing.adopt(await BehindTheServices.look(deployment), (one) => one.close());
  const process = deployment.process('inference');
  const EVENT_BYTES = 4_000;
  const publish = async (count: number) => {
    for (let from = 0; from < count; from += 500) {
      const events = Array.from({ length: Math.min(500, count - from) }, () => {
        const scored = create(ShardScoredSchema, { scoringRunId: 'nobody', scoresKey: 'x'.repeat(EVENT_BYTES) });
        const value = toBinary(ShardScoredSchema, scored);
        return { id: randomUUID(), topic: shardScored.topic, key: 'nobody', value, headers: {} };
      });
      await behind.publish(events);
    }
    // The first of them is refused again and again: no run has this name.
    const refused = () => process.output.split('an event could not be handled').length;
    const before = refused();
    await vi.waitUntil(() => refused() > before, { timeout: 120_000, interval: 100 });
  };
  const peaks = [await peakOf(process, () => publish(12_500)), await peakOf(process, () => publish(37_500))];
  expect(process.isRunning).toBe(true);
  expect(peaks[1]! - peaks[0]!).toBeLessThan((25_000 * EVENT_BYTES) / 2);
});
