// Contender: twenty annotators label a batch at once, each over a connection of their own; a latency is one answer's, from the call
// until it is stored. Argument: `embedded`, or `servers`: PostgreSQL, Kafka and S3, with TLS and tokens.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Annotator_Kind, LabellingService } from '@spectrawl/contracts';
import { connect } from '@spectrawl/grpc';
import { answerRuns, benchServer, CLASSES, Deployment } from '@spectrawl/testing';
import type { WantedBatch } from './labelling-host.ts';

const ANNOTATORS = 20;
const LABELS_EACH = 15;
/** Tasks that an annotator takes at a time, as the command line does. */
const LEASED = 5;
/** milliseconds between looks whether the batch is open */
const LOOK_INTERVAL = 20;

const deployment = await Deployment.prepare(
  process.argv[2] === 'embedded'
    ? { shape: 'embedded' }
    : {
        shape: 'one process',
        servers: {
          kafka: benchServer('kafka'),
          objectServer: benchServer('objectServer'),
          postgres: benchServer('postgres'),
        },
      },
);
const { grpc = {}, ...sections } = { ...deployment.sections, ...deployment.credentials?.sections };
const host = fork(
  fileURLToPath(new URL('./labelling-host.ts', import.meta.url)),
  [JSON.stringify({ ...sections, grpc: { ...grpc, port: 0 } })],
  // Standard output is for measurements.
  { stdio: ['ignore', 2, 2, 'ipc'] },
);
const [{ address }] = (await once(host, 'message')) as [{ address: string }];

const annotators = Array.from({ length: ANNOTATORS }, (_, at) => {
  const name = `annotator-${at}`;
  const channel = connect(address, deployment.connectOptions('annotator', name));
  return { annotator: { name, kind: Annotator_Kind.PERSON }, labelling: channel.client(LabellingService) };
});

/** Opens a batch, and waits until its tasks are there. */
async function openBatch(campaignId: string): Promise<void> {
  host.send({ campaignId, tasks: ANNOTATORS * LABELS_EACH } satisfies WantedBatch);
  const isOpen = () =>
    annotators[0]?.labelling.getBatchProgress({ campaignId }).then(
      () => true,
      () => false,
    );
  while (!(await isOpen())) await delay(LOOK_INTERVAL);
}

async function label(
  campaignId: string,
  { annotator, labelling }: (typeof annotators)[number],
  took: (milliseconds: number) => void,
): Promise<void> {
  for (;;) {
    const { tasks } = await labelling.leaseTasks({ campaignId, annotator, maxTasks: LEASED });
    if (tasks.length === 0) return;
    for (const { taskId, rank } of tasks) {
      const decision = { answer: { case: 'class' as const, value: CLASSES[rank % CLASSES.length]! } };
      const start = performance.now();
      await labelling.submitLabel({ requestId: randomUUID(), taskId, annotator, decision });
      took(performance.now() - start);
    }
  }
}

let campaigns = 0;
let campaignId = '';

await answerRuns({
  prepare: async () => {
    campaignId = `campaign-${campaigns++}`;
    await openBatch(campaignId);
  },
  run: async () => {
    const milliseconds: number[] = [];
    await Promise.all(annotators.map((one) => label(campaignId, one, (took) => milliseconds.push(took))));
    return { work: milliseconds.length, milliseconds };
  },
  stop: async () => {
    host.disconnect();
    await once(host, 'close');
    await deployment.remove();
  },
});
