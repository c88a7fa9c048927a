import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { Annotator_Kind, Iteration_Step, shardScored, ShardScoredSchema } from '@spectrawl/contracts';
import { RpcError, type Reason } from '@spectrawl/grpc';
import { simulatedFits, simulateSpectrum } from '@spectrawl/spectra';
import {
  Deployment,
  FaultyLinks,
  MemoryRecord,
  startOverloadedStore,
  startToxiproxy,
  type FaultyLink,
  type OverloadedStore,
  type ServiceProcess,
} from '@spectrawl/testing';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { METHOD } from '../campaign-at-work.ts';
import { BehindTheServices } from './behind-the-services.ts';
import { Persistence } from './persistence.ts';
import { SmallCampaign, smallSky } from './small-campaign.ts';

// Milliseconds; on a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const MEBIBYTE = 2 ** 20;

/** Heap of JavaScript that a service has, in mebibytes: what it should not keep would not fit for long. */
const HEAP = 192;

/** Rows of a shard: so few that the smaller upload has two, one being gathered while the other is written. */
const SHARD_ROWS = 1_250;

const memory = new MemoryRecord('bounded-memory');
const closing = new AsyncDisposableStack();
let deployment: Deployment;
let small: SmallCampaign;
let store: OverloadedStore;
let storeLink: FaultyLink;

beforeAll(async () => {
  const servers = inject('servers');
  const proxy = closing.adopt(await startToxiproxy(), (one) => one.stop());
  store = closing.adopt(await startOverloadedStore(servers.objectServer.endpoint), (one) => one.close());
  storeLink = await new FaultyLinks(proxy).open('store', store.address);
  deployment = closing.adopt(
    await Deployment.prepare({
      shape: 'separate processes',
      servers: { ...servers, objectServer: { ...servers.objectServer, endpoint: `http://${storeLink.address}` } },
      workers: 1,
      services: { ingestion: { shardRows: SHARD_ROWS } },
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

/** By how much the peak of a service grows when a load does, in bytes. @param load its name and unit, `{}` for the amount */
async function growth(
  service: string,
  load: string,
  amounts: readonly [number, number],
  work: (amount: number) => Promise<unknown>,
): Promise<number> {
  const process = deployment.process(service);
  const few = await peakOf(process, () => work(amounts[0]));
  const many = await peakOf(process, () => work(amounts[1]));
  expect(process.isRunning).toBe(true);
  await memory.note({ service, load, amounts, peaks: [few, many] });
  return many - few;
}

/** Begins to read streams and stops after the first message. @returns how many of them were refused as too many */
async function readFirst(streams: readonly AsyncIterable<unknown>[]): Promise<number> {
  const firsts = streams.map(async (stream) => {
    try {
      await stream[Symbol.asyncIterator]().next();
      return 0;
    } catch (error) {
      const tooMany: Reason = 'TOO_MANY_CALLS';
      if (error instanceof RpcError && error.reason === tooMany) return 1;
      throw error;
    }
  });
  return (await Promise.all(firsts)).reduce((sum: number, one) => sum + one, 0);
}

/** An upload of so many spectra, each made when it is its turn. */
async function* spectra(poolId: string, count: number, seed: number) {
  yield { payload: { case: 'open' as const, value: { poolId, survey: 'auto' } } };
  for (let index = 0; index < count; index += 1) {
    const { spectrum } = simulateSpectrum({ survey: 'lamost', seed, index });
    const piece = { path: `${spectrum.id}.fits`, data: simulatedFits(spectrum), last: true };
    yield { payload: { case: 'piece' as const, value: piece } };
  }
}

test('a survey that comes faster than the store takes it waits with its sender', async () => {
  const { ingestion } = deployment;
  const upload = async (poolId: string, count: number) => {
    await ingestion.createPool({ requestId: randomUUID(), poolId });
    let stored = 0;
    for await (const { counts } of ingestion.ingestFiles(spectra(poolId, count, count)))
      stored = Number(counts?.stored);
    expect(stored).toBe(count);
    await ingestion.sealPool({ poolId });
  };
  // Until the heaps of the service and its threads have the size that they keep, any upload makes it grow: it levels off.
  await upload('first', 20_000);
  await storeLink.add({ type: 'bandwidth', rate: 4_000 }, 'upstream');
  const amounts = [5_000, 30_000] as const;
  const more = await growth('ingestion', 'spectra uploaded, the store taking 4 MB/s', amounts, (count) =>
    upload(`survey-${count}`, count),
  );
  await storeLink.mend();
  const FILE_BYTES = 8_640;
  expect(more).toBeLessThan(((amounts[1] - amounts[0]) * FILE_BYTES) / 2);
});

test('whoever exports pools and does not read costs little, and keeps nobody else from the store', async () => {
  const { ingestion } = deployment;
  const poolId = 'survey-5000';
  const leaving = new AbortController();
  let refused = 0;
  const more = await growth('ingestion', 'exports that nobody reads', [16, 64], async (count) => {
    const { signal } = leaving;
    refused += await readFirst(Array.from({ length: count }, () => ingestion.exportPool({ poolId }, { signal })));
    // All that was asked of the store has come: no connection waits for a reader.
    await vi.waitUntil(() => store.underWay === 0, { timeout: 60_000, interval: 50 });
  });
  const { shards } = await ingestion.listShards({ poolId });
  expect(shards).toHaveLength(4);
  // 32 are read at a time.
  expect(refused).toBe(16 + 64 - 32);
  const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: 5_000, index: 1 });
  expect((await ingestion.getSpectrum({ poolId, spectrumId: spectrum.id })).spectrum?.spectrumId).toBe(spectrum.id);
  expect(more).toBeLessThan(48 * 6 * MEBIBYTE);
  leaving.abort();
});

test('watchers who do not read cost little', async () => {
  await small.prepare();
  const campaignId = 'watched';
  const { selection } = deployment;
  const [poolId, seedPoolIds, requestId] = ['survey-5000', ['seed'], randomUUID()];
  const method = METHOD as never;
  await selection.createCampaign({ requestId, campaignId, poolId, seedPoolIds, preset: 'default', method, seed: 11n });
  await selection.startCampaign({ campaignId });
  const leaving = new AbortController();
  const watch = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        selection.watchCampaign({ campaignId }, { signal: leaving.signal })[Symbol.asyncIterator]().next(),
      ),
    );
  expect(await growth('selection', 'watchers who do not read', [20, 60], watch)).toBeLessThan(60 * MEBIBYTE);
  leaving.abort();
});

test('a rush for scores and for tasks, and labels that nobody reads, cost little', async () => {
  const campaignId = 'watched';
  const { inference, labelling } = deployment;
  const scoringRunId = `${campaignId}-0`;
  await small.untilIteration(campaignId, ({ step }) => step === Iteration_Step.LABELLING);
  const leaving = new AbortController();
  const { signal } = leaving;
  const scores = await growth('inference', 'lists of scores asked for at once', [64, 256], (count) =>
    readFirst(Array.from({ length: count }, () => inference.listScores({ scoringRunId }, { signal }))),
  );
  expect(scores).toBeLessThan(60 * MEBIBYTE);
  expect((await inference.listScoringRuns({ campaignId })).scoringRuns).toHaveLength(1);

  await labelling.importLabels(labels(LABELS));
  const lists = await growth('labelling', 'lists of 20,000 labels that nobody reads', [64, 256], (count) =>
    readFirst(Array.from({ length: count }, () => labelling.listLabels({}, { signal }))),
  );
  expect(lists).toBeLessThan(60 * MEBIBYTE);
  const rush = await growth('labelling', 'annotators who ask for tasks at once', [100, 400], async (count) => {
    const annotators = Array.from({ length: count }, (_, at) => ({ name: `a-${at}`, kind: Annotator_Kind.SIMULATED }));
    await Promise.all(
      annotators.map((annotator) => labelling.leaseTasks({ campaignId, annotator, maxTasks: 1 }, { signal })),
    );
  });
  expect(rush).toBeLessThan(60 * MEBIBYTE);
  leaving.abort();
});

/** Rows of the label log, far more than what networks hold back on the way. */
const LABELS = 20_000;

/** An import of so many labels. */
async function* labels(count: number) {
  const open = { requestId: randomUUID(), poolId: 'elsewhere', annotator: 'truth' };
  yield { payload: { case: 'open' as const, value: open } };
  for (let from = 0; from < count; from += 1_000) {
    const rows = Array.from({ length: 1_000 }, (_, at) => ({ spectrumId: `star-${from + at}`, class: 'absorption' }));
    yield { payload: { case: 'rows' as const, value: { rows } } };
  }
}

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
  const more = await growth('inference', 'events that cannot be handled', [12_500, 37_500], publish);
  expect(more).toBeLessThan((25_000 * EVENT_BYTES) / 2);
});
