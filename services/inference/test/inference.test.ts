import { join } from 'node:path';
import { ScoringRun_State, type ListScoresResponse } from '@spectrawl/contracts';
import {
  bytesSource,
  FEATURE_COUNT,
  MODEL_FILES,
  modelKey,
  readSummary,
  scoresKey,
  shardKey,
  summaryKey,
} from '@spectrawl/pool';
import { CLASSES, python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IDS, SHARDS, startInference, type InferenceAtWork } from './ring-partner.ts';

const WIDTH = CLASSES.length;
/** One spectrum of the first shard and one of the last. */
const EXCLUDED = ['spectrum-0-007', 'spectrum-2-024'];

/** Scores as pyarrow reads them, shard by shard. */
interface StoredScores {
  description: { models: string[]; strategy: string; shard: number };
  id: string[];
  probabilities: number[][];
  model_probabilities: number[][];
  uncertainty: number[];
  excluded: boolean[];
}

const READ_SCORES = `
import json, sys, pyarrow.parquet as parquet
files = []
for path in sys.argv[1:]:
    table = parquet.read_table(path)
    files.append({**table.to_pydict(), 'description': json.loads(table.schema.metadata[b'spectrawl'])})
json.dump(files, sys.stdout)
`;

let at: InferenceAtWork;

beforeAll(async () => {
  at = await startInference();
  await Promise.all([at.partner.storeModel('unsure', 2), at.partner.storeModel('sure', 40)]);
});
afterAll(() => at.stop());

/** Has an iteration scored and waits until it is. */
async function score(
  campaignId: string,
  iteration: number,
  modelId: string,
  plan?: Parameters<typeof at.partner.storePlan>[2],
) {
  await at.partner.storePlan(campaignId, iteration, plan);
  await at.partner.sayTrained(campaignId, iteration, modelId, `${campaignId} ${iteration} trained`);
  return await at.partner.poolIsScored(campaignId, iteration);
}

async function storedScores(campaignId: string, iteration: number): Promise<StoredScores[]> {
  const paths = SHARDS.map((_, shard) => join(at.objects, scoresKey(campaignId, iteration, shard)));
  return JSON.parse(await python(READ_SCORES, paths)) as StoredScores[];
}

const summaries = (campaignId: string, iteration: number) =>
  Promise.all(
    SHARDS.map(async (_, shard) =>
      readSummary(bytesSource(await at.partner.objects.get(summaryKey(campaignId, iteration, shard)))),
    ),
  );

async function listScores(scoringRunId: string): Promise<ListScoresResponse[]> {
  const batches: ListScoresResponse[] = [];
  for await (const batch of at.inference.listScores({ scoringRunId })) batches.push(batch);
  return batches;
}

const poolsScored = (campaignId: string) =>
  at.partner.poolsScored.all.filter((event) => event.campaignId === campaignId);

describe('a scoring run', () => {
  beforeAll(() => score('first', 0, 'sure', { excludedSpectrumIds: EXCLUDED }));

  it('scores every shard, and says so once', async () => {
    expect(poolsScored('first')).toMatchObject([
      { campaignId: 'first', iteration: 0, scoringRunId: 'first-0', modelId: 'sure', shards: SHARDS.length },
    ]);
    const { scoringRun } = await at.inference.getScoringRun({ scoringRunId: 'first-0' });
    expect(scoringRun).toMatchObject({
      state: ScoringRun_State.SUCCEEDED,
      shardsPlanned: SHARDS.length,
      shardsScored: SHARDS.length,
      rowsScored: BigInt(IDS.length),
    });
    expect(scoringRun?.endTime).toBeDefined();
  });

  it('leaves scores that pyarrow reads: each spectrum once, classified as the model was taught', async () => {
    const files = await storedScores('first', 0);
    expect(files.flatMap(({ id }) => id)).toEqual(IDS);
    expect(files.map(({ description }) => description)).toMatchObject(
      SHARDS.map((_, shard) => ({ shard, models: ['sure'], strategy: 'margin' })),
    );
    const probabilities = files.flatMap((file) => file.probabilities);
    for (const row of probabilities) expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    const predicted = probabilities.map((row) => row.indexOf(Math.max(...row)));
    const truth = SHARDS.flatMap((spectra) => spectra.map((_, row) => row % WIDTH));
    const right = predicted.filter((label, row) => label === truth[row]).length;
    expect(right / truth.length).toBeGreaterThan(0.95);
    expect(files.flatMap((file) => file.model_probabilities)).toEqual(probabilities);
  });

  it('flags what was asked or labelled before, and leaves it out of the counts and lists', async () => {
    const files = await storedScores('first', 0);
    const flagged = files.flatMap(({ id, excluded }) => id.filter((_, row) => excluded[row]));
    expect(flagged).toEqual(EXCLUDED);
    const merged = await summaries('first', 0);
    expect(merged.map(({ excluded }) => excluded)).toEqual([1, 0, 1]);
    const counted = merged.flatMap(({ classCounts }) => classCounts).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(IDS.length - EXCLUDED.length);
    const listed = merged.flatMap(({ uncertain, positives, random, uncertainByClass }) =>
      [...uncertain, ...positives, ...random, ...uncertainByClass.flat()].map(({ id }) => id),
    );
    expect(listed).toContain('spectrum-0-008');
    expect(listed).not.toContain(EXCLUDED[0]);
    expect(listed).not.toContain(EXCLUDED[1]);
  });

  it('streams all scores in the order of the shards and their rows', async () => {
    const batches = await listScores('first-0');
    expect(batches.map(({ shard }) => shard)).toEqual(SHARDS.map((_, shard) => shard));
    const scores = batches.flatMap((batch) => batch.scores);
    expect(scores.map(({ spectrumId }) => spectrumId)).toEqual(IDS);
    const files = await storedScores('first', 0);
    expect(scores.map(({ probabilities }) => probabilities)).toEqual(files.flatMap((file) => file.probabilities));
    expect(scores.map(({ uncertainty }) => uncertainty)).toEqual(files.flatMap((file) => file.uncertainty));
  });

  it('is not changed by anything that is said twice', async () => {
    const keys = SHARDS.flatMap((_, shard) => [scoresKey('first', 0, shard), summaryKey('first', 0, shard)]);
    const contents = () => Promise.all(keys.map((key) => at.partner.objects.get(key)));
    const before = await contents();
    const said = at.partner.shardsScored.all.length;

    await at.partner.sayTrained('first', 0, 'sure', 'first 0 trained');
    await at.partner.sayTrained('first', 0, 'sure', 'the same as another event');
    await at.partner.requestAgain('first', 0, 'sure', 0);
    await at.partner.requestAgain('first', 0, 'sure', 0);
    await at.partner.shardsScored.until((all) => all.length >= said + 2);
    await at.partner.sayScoredAgain(at.partner.shardsScored.all[0]!);
    // What is said later is handled later: when the next iteration is through, so is all of this.
    await score('first', 1, 'unsure');

    expect(await contents()).toEqual(before);
    const ofFirst = at.partner.shardsScored.all.filter(({ scoringRunId }) => scoringRunId === 'first-0');
    // Each shard once, two by request, one that was only said again.
    expect(ofFirst).toHaveLength(SHARDS.length + 3);
    expect(poolsScored('first').map(({ iteration }) => iteration)).toEqual([0, 1]);
    const { scoringRun } = await at.inference.getScoringRun({ scoringRunId: 'first-0' });
    expect(scoringRun).toMatchObject({ shardsScored: SHARDS.length, rowsScored: BigInt(IDS.length) });
  });
});

describe('the mean over earlier iterations', () => {
  it('is of the models’ own probabilities, and what the strategy and the counts go by', async () => {
    await score('mean', 0, 'unsure');
    await score('mean', 1, 'sure', { averagedIterations: [0], earlierModelIds: ['unsure'] });
    const [first, second] = [await storedScores('mean', 0), await storedScores('mean', 1)];
    for (const [shard, { probabilities, model_probabilities: own, uncertainty, description }] of second.entries()) {
      expect(description.models).toEqual(['unsure', 'sure']);
      for (const [row, mean] of probabilities.entries()) {
        const earlier = first[shard]!.model_probabilities[row]!;
        for (const [label, p] of mean.entries()) expect(p).toBeCloseTo((earlier[label]! + own[row]![label]!) / 2, 6);
        const [most = 0, next = 0] = mean.toSorted((a, b) => b - a);
        expect(uncertainty[row]).toBeCloseTo(1 - (most - next), 5);
      }
      expect(probabilities).not.toEqual(own);
    }
  });
});

describe('scoring that cannot succeed', () => {
  const failureOf = (campaignId: string, count = 1) =>
    at.partner.failures.until((all) => all.filter((one) => one.campaignId === campaignId).length === count);
  const runOf = async (scoringRunId: string) => (await at.inference.getScoringRun({ scoringRunId })).scoringRun;
  const begin = async (campaignId: string, modelId: string) => {
    await at.partner.storePlan(campaignId, 0);
    await at.partner.sayTrained(campaignId, 0, modelId);
  };

  /** Takes an object away, or puts other bytes there. @returns what puts it back */
  const spoil = async (key: string, bytes?: Uint8Array) => {
    const whole = await at.partner.objects.get(key);
    await (bytes ? at.partner.objects.put(key, bytes) : at.partner.objects.delete(key));
    return async () => void (await at.partner.objects.put(key, whole));
  };

  it('for want of a shard fails its run, and is done when it is retried with the shard', async () => {
    const mend = await spoil(shardKey('survey', 1));
    await begin('gone', 'sure');
    await failureOf('gone');
    expect(await runOf('gone-0')).toMatchObject({
      state: ScoringRun_State.FAILED,
      problem: expect.stringMatching(/shard 1 .*there is no object .*bring the object back/) as string,
    });
    await expect(listScores('gone-0')).rejects.toMatchObject({ reason: 'SCORING_RUN_UNFINISHED' });
    await mend();
    await at.partner.sayRetried('gone', 0, 'sure');
    await at.partner.poolIsScored('gone', 0);
    expect(await runOf('gone-0')).toMatchObject({
      state: ScoringRun_State.SUCCEEDED,
      problem: '',
      shardsScored: SHARDS.length,
      rowsScored: BigInt(IDS.length),
    });
    expect((await listScores('gone-0')).flatMap(({ scores }) => scores)).toHaveLength(IDS.length);
  });

  it.each([
    ['weights that are cut off', MODEL_FILES.weights, Uint8Array.of(1, 2, 3)],
    ['an architecture that is none', MODEL_FILES.architecture, Buffer.from('{"layers":')],
    ['an architecture of another network', MODEL_FILES.architecture, Buffer.from('{"layers":[]}')],
  ])('for %s says so once, however many shards meet it', async (name, file, bytes) => {
    const model = `spoilt-${name.length}`;
    await at.partner.storeModel(model, 1);
    const mend = await spoil(modelKey(model, file), bytes);
    await begin(model, model);
    await failureOf(model);
    expect(await runOf(`${model}-0`)).toMatchObject({ state: ScoringRun_State.FAILED });
    await mend();
    await at.partner.sayRetried(model, 0, model);
    await at.partner.poolIsScored(model, 0);
    expect(at.partner.failures.all.filter(({ campaignId }) => campaignId === model)).toHaveLength(1);
  });

  it('for a plan that cannot be read is told of before there is a run, and planned when it is retried', async () => {
    const key = await at.partner.storePlan('planless', 0);
    const mend = await spoil(key, Buffer.from('no plan'));
    await at.partner.sayTrained('planless', 0, 'sure');
    const failures = await failureOf('planless');
    expect(failures.at(-1)?.message).toMatch(/plan cannot be read/);
    await mend();
    await at.partner.sayRetried('planless', 0, 'sure');
    await at.partner.poolIsScored('planless', 0);
  });

  it('any more for want of a summary is done for that shard only, when it is retried', async () => {
    await score('summary', 0, 'sure');
    const scoredBefore = at.partner.shardsScored.all.length;
    await at.partner.objects.delete(summaryKey('summary', 0, 2));
    await at.partner.sayRetried('summary', 0, 'sure');
    await at.partner.poolsScored.until((all) => all.filter((one) => one.campaignId === 'summary').length === 2);
    expect(at.partner.shardsScored.all.slice(scoredBefore).map(({ shard }) => shard)).toEqual([2]);
    expect(await summaries('summary', 0)).toHaveLength(SHARDS.length);
    await at.partner.sayRetried('summary', 0, 'sure');
    await at.partner.poolsScored.until((all) => all.filter((one) => one.campaignId === 'summary').length === 3);
    expect(await runOf('summary-0')).toMatchObject({ shardsScored: SHARDS.length, rowsScored: BigInt(IDS.length) });
  });
});

describe('spectra sent over gRPC', () => {
  const [spectrum] = SHARDS[0]!;
  const features = [...spectrum!.features];
  const scoreSpectra = (modelId: string, values: number[]) => at.inference.scoreSpectra({ modelId, features: values });

  it('are scored as the pool is', async () => {
    const other = [...SHARDS[0]![1]!.features];
    const { probabilities, classes } = await scoreSpectra('sure', [...features, ...other]);
    expect(classes).toEqual(CLASSES);
    expect(probabilities).toHaveLength(2 * WIDTH);
    expect(probabilities.slice(0, WIDTH).indexOf(Math.max(...probabilities.slice(0, WIDTH)))).toBe(0);
    expect(probabilities.slice(WIDTH).indexOf(Math.max(...probabilities.slice(WIDTH)))).toBe(1);
  });

  it('may be 1000 at once', async () => {
    const thousand = Array.from({ length: 1000 }, () => features).flat();
    expect((await scoreSpectra('unsure', thousand)).probabilities).toHaveLength(1000 * WIDTH);
  });

  const changed = (value: number) => features.map((old, pixel) => (pixel === 17 ? value : old));
  it.each([
    ['of an unknown model', 'none', features, 'MODEL_NOT_FOUND', 'no model "none"'],
    ['of a model with an impossible name', '../sure', features, 'MODEL_NOT_FOUND', '"../sure"'],
    ['of a model with an endless name', 'm'.repeat(300), features, 'MODEL_NOT_FOUND', 'ListModels'],
    ['of the wrong length', 'sure', features.slice(1), 'BAD_FEATURES', `has 139 values: send ${FEATURE_COUNT}`],
    ['that are none', 'sure', [], 'BAD_FEATURES', 'has 0 values'],
    ['that are too many', 'sure', new Array<number>(1001 * FEATURE_COUNT).fill(0), 'BAD_FEATURES', '1 to 1000'],
    ['out of range', 'sure', [...features, ...changed(1.5)], 'BAD_FEATURES', 'spectrum 1, point 17 is 1.5'],
    ['that are no numbers', 'sure', changed(Number.NaN), 'BAD_FEATURES', 'point 17 is NaN'],
  ])('%s are refused', async (_, modelId, values, reason, message) => {
    await expect(scoreSpectra(modelId, values)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('scoring runs', () => {
  it('are listed by iteration, page by page', async () => {
    const pages = [];
    let pageToken = '';
    do {
      const page = await at.inference.listScoringRuns({ campaignId: 'mean', pageSize: 1, pageToken });
      pages.push(page.scoringRuns.map(({ scoringRunId }) => scoringRunId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(pages).toEqual([['mean-0'], ['mean-1']]);
  });

  it('that there are none of are refused, and so are tokens of other lists', async () => {
    await expect(at.inference.getScoringRun({ scoringRunId: 'none-0' })).rejects.toMatchObject({
      reason: 'SCORING_RUN_NOT_FOUND',
    });
    await expect(listScores('none-0')).rejects.toMatchObject({ reason: 'SCORING_RUN_NOT_FOUND' });
    const pageToken = Buffer.from('after:first').toString('base64url');
    await expect(at.inference.listScoringRuns({ campaignId: 'mean', pageToken })).rejects.toMatchObject({
      reason: 'BAD_PAGE_TOKEN',
    });
  });
});
