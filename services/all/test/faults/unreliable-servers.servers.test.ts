import { iterationStarted, modelTrained, poolScored, shardScored } from '@spectrawl/contracts';
import {
  Deployment,
  FaultRecord,
  FaultyLinks,
  shiftedClock,
  startKafka,
  startObjectServer,
  startOverloadedStore,
  startPostgres,
  startToxiproxy,
  type FaultyLink,
  type OverloadedStore,
  type PostgresServer,
  type Server,
} from '@spectrawl/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BehindTheServices } from './behind-the-services.ts';
import { Persistence } from './persistence.ts';
import { reconcile, settled } from './reconcile.ts';
import { undisturbed } from './reference.ts';
import { SHARD_ROWS, SmallCampaign, smallSky, type CampaignOutcome } from './small-campaign.ts';

// Milliseconds; on a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Seconds by which the clocks of the services are wrong: two hours between the first and the last. */
const SHIFTS: Readonly<Record<string, number>> = {
  ingestion: 3_600,
  labelling: 7_200,
  training: 0,
  inference: 7_200,
  selection: 1_800,
};

const simulated = smallSky();
const faults = new FaultRecord('unreliable-servers');
const closing = new AsyncDisposableStack();
let reference: CampaignOutcome;
let postgres: PostgresServer;
let kafka: Server;
let store: OverloadedStore;
let links: { postgres: FaultyLink; kafka: FaultyLink; store: FaultyLink };
let deployment: Deployment;
let behind: BehindTheServices;
let small: SmallCampaign;

beforeAll(async () => {
  reference = await undisturbed(simulated);
  const proxy = closing.adopt(await startToxiproxy(), (one) => one.stop());
  const faulty = new FaultyLinks(proxy);
  const advertised = await faulty.reserve();
  const [broker, database, objects] = await Promise.all([
    startKafka({ advertised }),
    startPostgres(),
    startObjectServer(),
  ]);
  for (const server of [broker, database, objects]) closing.defer(() => server.stop());
  store = closing.adopt(await startOverloadedStore(objects.endpoint), (one) => one.close());
  [postgres, kafka] = [database, broker];
  const address = new URL(postgres.url);
  links = {
    kafka: await faulty.open('kafka', broker.listens, advertised),
    postgres: await faulty.open('postgres', address.host),
    store: await faulty.open('store', store.address),
  };
  address.host = links.postgres.address;
  const clocks = await shiftedClock();
  deployment = closing.adopt(
    await Deployment.prepare({
      shape: 'separate processes',
      servers: {
        postgres: { url: address.href },
        objectServer: { ...objects, endpoint: `http://${links.store.address}` },
        kafka: { brokers: [advertised], listens: broker.listens },
      },
      services: { ingestion: { shardRows: SHARD_ROWS } },
      environment: (name, index) => clocks(SHIFTS[name] ?? index * 3_600),
    }),
    (one) => one.remove(),
  );
  small = new SmallCampaign(deployment, new Persistence(), simulated);
  await faults.inject(
    { fault: 'clocks apart by up to 2 h', where: 'all services', when: 'all the time' },
    async () => {
      await deployment.start();
      return deployment.processes.length;
    },
    () => small.prepare(),
  );
  behind = closing.adopt(await BehindTheServices.look(deployment), (one) => one.close());
});
afterAll(() => closing.disposeAsync());

/** Resolves as soon as one of the services says something new that has these words in it. */
async function said(words: string): Promise<void> {
  const before = deployment.processes.map(({ output }) => output.split(words).length);
  await vi.waitUntil(() => deployment.processes.some(({ output }, i) => output.split(words).length > before[i]!), {
    timeout: 300_000,
    interval: 50,
  });
}

/** Resolves as soon as a call of the annotator had to be made again. */
async function calledAgain(): Promise<void> {
  const before = small.calls.again;
  await vi.waitUntil(() => small.calls.again > before, { timeout: 300_000, interval: 20 });
}

/** Waits for the first shard that an iteration has scored. */
async function scoring(campaignId: string, iteration: number): Promise<void> {
  await behind.heard(shardScored, ({ scoringRunId }) => scoringRunId === `${campaignId}-${iteration}`);
}

/** Does something at the n-th answer. */
const atAnswer = (moments: Readonly<Record<number, () => Promise<void>>>) => (answered: number) =>
  moments[answered]?.() ?? Promise.resolve();

/** Reconciles campaigns that are over, and notes what was counted with the faults since the last time. */
async function reconcileAll(campaignIds: readonly string[]) {
  await settled(behind);
  const found = [];
  for (const campaignId of campaignIds) found.push(await reconcile(small, campaignId));
  await faults.settle({
    lost: Math.max(...found.map(({ lost }) => lost)),
    duplicated: Math.max(...found.map(({ duplicated }) => duplicated)),
  });
  return {
    differences: found.flatMap(({ differences }) => differences),
    outcomes: found.map(({ outcome }) => outcome),
    deadLetters: await behind.deadLetters(),
  };
}

test('brokers and databases that restart, go away, break connections and are slow', async () => {
  const campaignId = 'shaken';
  await small.start(campaignId);
  const disturb = async () => {
    await small.untilTraining(campaignId);
    await faults.inject(
      { fault: 'crash and restart', where: 'PostgreSQL', when: 'in mid-training' },
      () => postgres.restart(),
      () => behind.next(),
    );
    await scoring(campaignId, 0);
    await faults.inject(
      { fault: 'crash and restart', where: 'Kafka', when: 'in mid-scoring' },
      () => kafka.restart(),
      () => behind.next(),
    );
    await scoring(campaignId, 1);
    await faults.inject(
      { fault: 'unreachable', where: 'Kafka', when: 'in mid-scoring' },
      async () => {
        await links.kafka.cut();
        await said('events could not be published');
        await links.kafka.mend();
      },
      () => behind.next(),
    );
    await behind.heard(iterationStarted, (event) => event.campaignId === campaignId && event.iteration === 2);
    await faults.inject(
      { fault: 'slow (25 ms, 500 kB/s)', where: 'PostgreSQL and Kafka', when: 'the whole final iteration' },
      async () => {
        await links.postgres.add({ type: 'latency', latency: 25, jitter: 10 });
        await links.kafka.add({ type: 'latency', latency: 25, jitter: 10 });
        await links.kafka.add({ type: 'bandwidth', rate: 500 });
        return 2;
      },
      async () => {
        await behind.heard(poolScored, (event) => event.campaignId === campaignId && event.iteration === 2);
        await links.postgres.mend();
        await links.kafka.mend();
      },
    );
  };
  const answering = small.answer(
    campaignId,
    atAnswer({
      5: async () => {
        let answer: Promise<void> | undefined;
        await faults.inject(
          { fault: 'connections reset', where: 'PostgreSQL', when: 'during an answer' },
          async () => {
            await links.postgres.add({ type: 'reset_peer', timeout: 0 });
            const again = calledAgain();
            answer = small.submitNext(campaignId);
            await again;
            await links.postgres.mend();
          },
          async () => await answer,
        );
      },
      15: () =>
        faults.inject(
          { fault: 'connections reset', where: 'Kafka', when: 'during answers' },
          async () => {
            await links.kafka.add({ type: 'reset_peer', timeout: 0 });
            await said('the connection to the group failed');
            await links.kafka.mend();
          },
          () => small.submitNext(campaignId),
        ),
    }),
  );
  await Promise.all([disturb(), answering]);
  expect(await reconcileAll([campaignId])).toEqual({ differences: [], outcomes: [reference], deadLetters: 0 });
});

test('a store that refuses, breaks off, is silent and slow; events that come again, in any order', async () => {
  const campaignId = 'starved';
  store.refuseEvery = 3;
  await small.start(campaignId);
  const of = (iteration: number) => (event: { campaignId: string; iteration: number }) =>
    event.campaignId === campaignId && event.iteration === iteration;
  const disturb = async () => {
    await faults.inject(
      { fault: '503 SlowDown', where: 'S3', when: 'every third request of an iteration' },
      async () => {
        await behind.heard(poolScored, of(0));
        store.refuseEvery = 0;
        return store.refused;
      },
      () => behind.next(),
    );
    await behind.heard(iterationStarted, of(1));
    store.breakEvery = 4;
    await faults.inject(
      { fault: 'answers broken off', where: 'S3', when: 'every fourth request of an iteration' },
      async () => {
        await behind.heard(poolScored, of(1));
        store.breakEvery = 0;
        return store.broken;
      },
      () => behind.next(),
    );
    await behind.heard(iterationStarted, of(2));
    await faults.inject(
      { fault: 'no answer', where: 'S3', when: 'in training' },
      async () => {
        await links.store.add({ type: 'timeout', timeout: 1_000 });
        await store.more(5);
        await links.store.mend();
        return 5;
      },
      () => behind.heard(modelTrained, of(2)),
    );
    await faults.inject(
      { fault: 'slow (100 ms, 1 MB/s)', where: 'S3', when: 'the whole final scoring' },
      async () => {
        await links.store.add({ type: 'latency', latency: 100, jitter: 50 });
        await links.store.add({ type: 'bandwidth', rate: 1_000 });
      },
      async () => {
        await behind.heard(poolScored, of(2));
        await links.store.mend();
      },
    );
  };
  const answering = small.answer(campaignId, atAnswer({ 35: () => replay('in mid-campaign') }));
  await Promise.all([disturb(), answering]);
  expect(await reconcileAll([campaignId])).toEqual({ differences: [], outcomes: [reference], deadLetters: 0 });

  await replay('after the campaigns');
  expect(await reconcileAll(['shaken', campaignId])).toEqual({
    differences: [],
    outcomes: [reference, reference],
    deadLetters: 0,
  });
});

/** Publishes all events that there have been twice more, in an order that has nothing to do with theirs. */
async function replay(when: string): Promise<void> {
  const events = [...new Map(behind.events.all.map((event) => [event.id, event])).values()];
  const again = [...events, ...events].toSorted((a, b) => (orderOf(a.id) < orderOf(b.id) ? -1 : 1));
  await faults.inject(
    { fault: 'events twice more, out of order', where: 'every topic', when },
    async () => {
      await behind.publish(again);
      return again.length;
    },
    () => settled(behind),
  );
}

const orderOf = (id: string): string => id.split('').reverse().join('');
