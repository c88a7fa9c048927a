// Contender: a page of the scores of 4.1 million spectra, as LAMOST DR2 has them, over gRPC, out of files in place. Argument: which
// question.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { InferenceService, ScoreColumn, type QueryScoresRequestSchema } from '@spectrawl/contracts';
import { openDatabase } from '@spectrawl/database';
import { connect } from '@spectrawl/grpc';
import { inferenceService } from '@spectrawl/inference-service';
import { scoresKey } from '@spectrawl/pool';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { answerRuns } from '@spectrawl/testing';
import { CAMPAIGN, CLASSES, scoredSky } from './scored-sky.ts';

const ROWS = 4_100_000;
/** The sky is written once for all contenders: 2.6 GB. */
const sky = join(tmpdir(), 'spectrawl-bench-sky');

type Question = Pick<MessageInitShape<typeof QueryScoresRequestSchema>, 'filter' | 'order' | 'skip'>;
/** Every run asks something else where answers are remembered. */
const QUESTIONS: Record<string, (run: number) => Question> = {
  'by probability': () => ({}),
  'by snr': () => ({ order: { column: ScoreColumn.SNR } }),
  filtered: (run) => ({
    filter: { classes: CLASSES.slice(1), emissionProbability: { least: 0.5 + run / 1e6 }, snr: { least: 10 } },
  }),
  'in a cone': (run) => ({ filter: { cone: { ra: 359.9, dec: 20 + run / 1e6, radius: 2 } } }),
  'first jump': (run) => ({ skip: 2_000_000n, filter: { emissionProbability: { least: -1 - run } } }),
  'next jumps': (run) => ({ skip: BigInt(2_000_000 + run * 1000) }),
};

const question = QUESTIONS[process.argv[2] ?? ''];
if (!question) throw new Error(`give one of ${Object.keys(QUESTIONS).join(', ')}`);

const shards = await scoredSky(sky, ROWS);
const scratch = await mkdtemp(join(tmpdir(), 'spectrawl-bench-scratch-'));
const database = { kind: 'pglite', directory: join(scratch, 'database') } as const;
await noteRun();
const config = loadConfig(
  [inferenceService],
  JSON.stringify({
    grpc: { port: 0 },
    addresses: { ingestion: '127.0.0.1:1', labelling: '127.0.0.1:1' },
    database,
    objectStore: { kind: 'filesystem', directory: sky },
    eventBus: { kind: 'embedded' },
    services: { inference: { query: { directory: scratch } } },
  }),
  {},
);
const services = await runServices([inferenceService], config);
const channel = connect(services.address);
const inference = channel.client(InferenceService);

let run = 0;
await answerRuns({
  run: async () => {
    const { spectra } = await inference.queryScores({ campaignId: CAMPAIGN, pageSize: 100, ...question(run++) });
    if (spectra.length !== 100) throw new Error(`${spectra.length} spectra came`);
    return 1;
  },
  stop: async () => {
    channel.close();
    await services.stop();
    await rm(scratch, { recursive: true, force: true });
  },
});

/** Writes what the service would know of the scoring run, had it scored the sky. */
async function noteRun(): Promise<void> {
  interface Tables {
    scoring_runs: Record<string, unknown>;
    scored_shards: Record<string, unknown>;
  }
  const server = await openDatabase(database);
  const { db } = await server.forService<Tables>('inference', new URL('../migrations/', import.meta.url));
  const of = { scoring_run_id: `${CAMPAIGN}-0` };
  const now = new Date();
  const counts = { shards_planned: shards, shards_scored: shards, rows_scored: ROWS };
  await db
    .insertInto('scoring_runs')
    .values({
      ...of,
      campaign_id: CAMPAIGN,
      iteration: 0,
      model_id: 'bench',
      ...counts,
      create_time: now,
      end_time: now,
    })
    .execute();
  await db
    .insertInto('scored_shards')
    .values(
      Array.from({ length: shards }, (_, shard) => ({
        ...of,
        shard,
        rows: 1,
        scores_key: scoresKey(CAMPAIGN, 0, shard),
      })),
    )
    .execute();
  await server.close();
}
