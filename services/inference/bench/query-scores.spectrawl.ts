// Contender: a page of the scores of 4.1 million spectra, as LAMOST DR2 has them, out of files in place. Argument: which question.
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { ScoreColumn, ScoreFilterSchema, ScoreOrderSchema } from '@spectrawl/contracts';
import { openDatabase } from '@spectrawl/database';
import { openObjectStore } from '@spectrawl/object-store';
import { scoresKey } from '@spectrawl/pool';
import { answerRuns } from '@spectrawl/testing';
import { InferenceConfig } from '../src/config.ts';
import { CrossMatchRepository } from '../src/cross-match/cross-match.repository.ts';
import { QueryScores, type ScorePageRequest } from '../src/scores/query-scores.ts';
import { ScoredPools } from '../src/scores/scored-pools.ts';
import { ScoringRunRepository } from '../src/scoring-run.repository.ts';
import type { Tables } from '../src/tables.ts';
import { CAMPAIGN, CLASSES, scoredSky } from './scored-sky.ts';

const ROWS = 4_100_000;
/** The sky is written once for all contenders: 2.6 GB. */
const directory = join(tmpdir(), 'spectrawl-bench-sky');
const scratch = join(tmpdir(), `spectrawl-bench-scratch-${process.pid}`);

type Question = Pick<ScorePageRequest, 'filter' | 'order' | 'skip'>;
/** Every run asks something else, so that no answer is remembered. */
const QUESTIONS: Record<string, (run: number) => Question> = {
  'by probability': () => ({ skip: 0 }),
  'by snr': () => ({ skip: 0, order: create(ScoreOrderSchema, { column: ScoreColumn.SNR }) }),
  filtered: (run) => ({
    skip: 0,
    filter: create(ScoreFilterSchema, {
      classes: CLASSES.slice(1),
      emissionProbability: { least: 0.5 + run / 1e6 },
      snr: { least: 10 },
    }),
  }),
  'in a cone': (run) => ({
    skip: 0,
    filter: create(ScoreFilterSchema, { cone: { ra: 359.9, dec: 20 + run / 1e6, radius: 2 } }),
  }),
  'first jump': (run) => ({
    skip: 2_000_000,
    filter: create(ScoreFilterSchema, { emissionProbability: { least: -run / 1e6 } }),
  }),
  'next jumps': (run) => ({ skip: 2_000_000 + run * 1000 }),
};

const question = QUESTIONS[process.argv[2] ?? ''];
if (!question) throw new Error(`give one of ${Object.keys(QUESTIONS).join(', ')}`);

const shards = await scoredSky(directory, ROWS);
await mkdir(scratch, { recursive: true });
const server = await openDatabase({ kind: 'pglite', directory: 'memory' });
const database = await server.forService<Tables>('inference', new URL('../migrations/', import.meta.url));
const scoringRun = { scoring_run_id: `${CAMPAIGN}-0`, campaign_id: CAMPAIGN, iteration: 0, model_id: 'bench' };
const now = new Date();
await database.db
  .insertInto('scoring_runs')
  .values({ ...scoringRun, shards_planned: shards, shards_scored: shards, create_time: now, end_time: now })
  .execute();
await database.db
  .insertInto('scored_shards')
  .values(
    Array.from({ length: shards }, (_, shard) => ({
      scoring_run_id: scoringRun.scoring_run_id,
      shard,
      rows: 1,
      scores_key: scoresKey(CAMPAIGN, 0, shard),
    })),
  )
  .execute();
const store = await openObjectStore({ kind: 'filesystem', directory });
const config = InferenceConfig.parse({ query: { directory: scratch } });
const pools = new ScoredPools(new ScoringRunRepository(database), store, config);
const querying = new QueryScores(pools, new CrossMatchRepository(database));

let run = 0;
await answerRuns({
  run: async () => {
    await querying.page({ campaignId: CAMPAIGN, size: 100, pageToken: '', ...question(run++) });
    return 1;
  },
  stop: async () => {
    await pools.onModuleDestroy();
    await server.close();
    await rm(scratch, { recursive: true, force: true });
  },
});
