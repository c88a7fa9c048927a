// Contender: has shards scored, from the request to the answer. Arguments: the bus, `embedded` (one process hosts all) or `kafka` (each
// worker is a process of its own, with S3 and PostgreSQL), the number of workers, of shards a run, and of rows a shard.
import { inferenceWorkerService } from '@spectrawl/inference-service';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { answerRuns, benchServer, Deployment } from '@spectrawl/testing';
import { scoringRingService, type ScoringRing } from './scoring-ring.ts';

const [, , bus, ...numbers] = process.argv;
const [workers = 1, shards = 1, rows = 1] = numbers.map(Number);

// A worker computes in one process, and reads the next shard meanwhile.
const computing = bus === 'embedded' ? { processes: workers, shards: 2 * workers } : { processes: 1, shards: 2 };
const services = { 'inference-worker': computing };
const deployment = await Deployment.prepare(
  bus === 'embedded'
    ? { shape: 'embedded' }
    : {
        shape: 'separate processes',
        workers,
        services,
        servers: {
          kafka: benchServer('kafka'),
          objectServer: benchServer('objectServer'),
          postgres: benchServer('postgres'),
        },
      },
);

let ring: ScoringRing | undefined;
const ringService = await scoringRingService((created) => (ring = created));
const hosted = bus === 'embedded' ? [ringService, inferenceWorkerService] : [ringService];
const { grpc = {}, ...sections } = { ...deployment.sections, ...deployment.credentials?.sections };
const config = { ...sections, grpc: { ...grpc, port: 0 }, ...(bus === 'embedded' && { services }) };
const running = await runServices(hosted, loadConfig(hosted, JSON.stringify(config), {}));
await ring?.prepare(shards, rows);
if (bus !== 'embedded') {
  await Promise.all(Array.from({ length: workers }, (_, at) => deployment.process('inference-worker', at).start()));
}

await answerRuns({
  run: async () => {
    await ring?.score(shards);
    return shards;
  },
  stop: async () => {
    await running.stop();
    await deployment.remove();
  },
});
