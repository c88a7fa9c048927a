import { fromJsonString } from '@bufbuild/protobuf';
import { ModelSchema, Purpose, TrainingRun_State, type Model } from '@spectrawl/contracts';
import { modelKey } from '@spectrawl/pool';
import { CLASSES, python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  POOL,
  POOL_SPECTRA,
  SEED_POOL,
  SEED_SPECTRA,
  TrainingDeployment,
  type PlanValues,
  type TrainingAtWork,
} from './ring-partner.ts';

/** A row of a stored training set. */
interface TrainedOn {
  pool: string;
  id: string;
  class: string;
  weight: number;
  origin: string;
}

let deployment: TrainingDeployment;
let at: TrainingAtWork;

beforeAll(async () => {
  deployment = await TrainingDeployment.create();
  at = await deployment.start();
});
afterAll(async () => {
  await at.stop();
  await deployment.remove();
});

async function train(campaignId: string, iteration: number, plan?: PlanValues): Promise<Model> {
  await deployment.storePlan(campaignId, iteration, plan);
  await at.partner.sayStarted(campaignId, iteration, `${campaignId} ${iteration}`);
  const { modelId } = await at.partner.trained.first(
    (event) => event.campaignId === campaignId && event.iteration === iteration,
  );
  return (await at.training.getModel({ modelId })).model!;
}

async function fail(campaignId: string, plan: PlanValues): Promise<string> {
  await deployment.storePlan(campaignId, 0, plan);
  await at.partner.sayStarted(campaignId, 0, `${campaignId} 0`);
  return (await at.partner.failed.first((event) => event.campaignId === campaignId)).message;
}

/** What a program in Python reads from the model's files. */
async function filesOf(model: Model) {
  const paths = [model.weightsKey, model.trainingSet!.snapshotKey].map((key) => deployment.pathOf(key));
  return JSON.parse(await python(new URL('./read_model.py', import.meta.url), paths)) as {
    sha256: string;
    tensors: Record<string, { shape: number[]; finite: boolean; varies: boolean }>;
    training_set: TrainedOn[];
  };
}

const idsOf = (rows: readonly TrainedOn[], origin: string) =>
  rows.filter((row) => row.origin === origin).map(({ id }) => id);

describe('a training', () => {
  let model: Model;
  beforeAll(async () => {
    model = await train('first', 0);
  });

  it('registers an immutable model that says how it came about', async () => {
    expect(model).toMatchObject({
      modelId: 'first-0',
      campaignId: 'first',
      iteration: 0,
      architecture: 'skoda-2020',
      classes: CLASSES,
      precision: 'float32',
      // The network's seed has 32 bits: the lower ones of the plan's.
      seed: 11n,
      parentModelId: '',
      trainingSet: { labelPosition: 60n, classCounts: [20, 20, 20], poolNegatives: 0, examples: 60 },
    });
    const { epochs, bestEpoch, lossHistory, loss, accuracy, confusionMatrix } = model.metrics!;
    expect(lossHistory).toHaveLength(epochs);
    expect(loss).toBe(lossHistory[bestEpoch - 1]);
    expect(loss).toBeLessThan(lossHistory[0]! / 2);
    expect(accuracy).toBeGreaterThan(0.5);
    expect(confusionMatrix.reduce((sum, count) => sum + count, 0)).toBe(60);
    const right = confusionMatrix.filter((_, cell) => cell % (CLASSES.length + 1) === 0);
    expect(right.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(50);
  });

  it('leaves files that others read', async () => {
    const { sha256, tensors, training_set: trainedOn } = await filesOf(model);
    expect(sha256).toBe(model.weightsSha256);
    const sizes = Object.values(tensors).map(({ shape }) => shape.reduce((product, size) => product * size, 1));
    expect(BigInt(sizes.reduce((sum, size) => sum + size, 0))).toBe(model.parameterCount);
    for (const [name, { finite, varies }] of Object.entries(tensors)) {
      expect({ name, finite, varies }).toEqual({ name, finite: true, varies: true });
    }
    const byId = SEED_SPECTRA.map(({ id, class: name }) => ({
      pool: SEED_POOL,
      id,
      class: name,
      weight: 1,
      origin: 'seed',
    }));
    expect(trainedOn).toEqual(byId);
    const description = new TextDecoder().decode(await deployment.objects.get(modelKey('first-0', 'model.json')));
    expect(fromJsonString(ModelSchema, description)).toEqual(model);
  });

  it('is a run that anyone can look up', async () => {
    const { trainingRun } = await at.training.getTrainingRun({ trainingRunId: 'first-0' });
    expect(trainingRun).toMatchObject({ state: TrainingRun_State.SUCCEEDED, modelId: 'first-0', error: '' });
    expect(trainingRun?.progress).toMatchObject({ maxEpochs: 20 });
    expect(trainingRun?.endTime).toBeDefined();
  });

  it('happens once, however often it is asked for, and is repeatable to the last bit', async () => {
    await at.partner.sayStarted('first', 0, 'first 0');
    await at.partner.sayStarted('first', 0, 'the same as another event');
    const again = await train('again', 0);
    expect(again.weightsSha256).toBe(model.weightsSha256);
    expect(at.partner.trained.all.filter(({ campaignId }) => campaignId === 'first')).toHaveLength(1);
  });
});

describe('a later iteration', () => {
  const stars = POOL_SPECTRA.filter(({ id }) => id.startsWith('star')).map(({ id }) => id);
  const dull = POOL_SPECTRA.filter(({ id }) => id.startsWith('dull')).map(({ id }) => id);
  const queried = [...stars.slice(0, 3), ...dull.slice(0, 3)];
  const [audited, chosen] = stars.slice(3);
  const [imported] = dull.slice(3);
  let later: PlanValues;

  beforeAll(async () => {
    const label = (spectrumId: string, purpose: Purpose, answer: string) =>
      deployment.labels.add({ poolId: POOL, spectrumId, campaignId: 'later', purpose, answer });
    for (const id of queried.slice(0, -1)) {
      label(id, Purpose.QUERY, id.startsWith('star') ? 'single-peak' : 'absorption');
    }
    label(queried.at(-1)!, Purpose.QUERY, 'unsure');
    label(audited!, Purpose.AUDIT, 'single-peak');
    // What settles an audit is an audit's answer.
    const settled = { campaignId: 'later', purpose: Purpose.ADJUDICATION, aboutPurpose: Purpose.AUDIT };
    deployment.labels.add({ poolId: POOL, spectrumId: audited!, ...settled, answer: 'double-peak' });
    label(imported!, Purpose.IMPORT, 'absorption');
    // In no stored batch: its features come from the pool.
    label(chosen!, Purpose.CHOICE, 'single-peak');
    const batch = [
      ...queried.map((id) => ({ id, purpose: 'query' as const })),
      { id: audited!, purpose: 'audit' as const },
    ];
    later = {
      batchKeys: [await deployment.storeBatch('later', 0, batch)],
      earlierModelIds: ['first-0'],
      excludedSpectrumIds: [...queried, audited!, chosen!, imported!].sort(),
      training: { targetLabelWeight: 3, poolNegatives: { count: 60, fromIteration: 1 } },
    };
  });

  it('trains on seed, queries, imports, audits and pool negatives, and starts from the last model', async () => {
    const model = await train('later', 1, later);
    const { training_set: trainedOn } = await filesOf(model);
    expect(model.parentModelId).toBe('first-0');
    expect(idsOf(trainedOn, 'seed')).toHaveLength(SEED_SPECTRA.length);
    expect(idsOf(trainedOn, 'query').sort()).toEqual(queried.slice(0, -1).sort());
    expect(idsOf(trainedOn, 'audit')).toEqual([audited]);
    expect(idsOf(trainedOn, 'import')).toEqual([imported]);
    expect(idsOf(trainedOn, 'choice')).toEqual([chosen]);
    expect(
      new Set(trainedOn.filter(({ pool }) => pool === POOL).map(({ origin, weight }) => `${origin} ${weight}`)),
    ).toEqual(new Set(['query 3', 'choice 3', 'audit 3', 'import 3', 'pool-negative 1']));

    const negatives = trainedOn.filter(({ origin }) => origin === 'pool-negative');
    expect(negatives).toHaveLength(60);
    expect(new Set(negatives.map((row) => row.class))).toEqual(new Set(['absorption']));
    const excluded = new Set(later.excludedSpectrumIds);
    expect(negatives.filter(({ id }) => excluded.has(id))).toEqual([]);
    // The last model knows emission when it sees it, so hardly a star is taken for nothing: at random it were twelve.
    expect(negatives.filter(({ id }) => id.startsWith('star')).length).toBeLessThanOrEqual(1);
    expect(model.trainingSet).toMatchObject({ classCounts: [23, 24, 21], poolNegatives: 60, examples: 128 });
    expect(model.metrics!.confusionMatrix.reduce((sum, count) => sum + count, 0)).toBe(68);
  });

  it('leaves out labels of spectra that no pool holds, and counts them', async () => {
    // Such as imported labels of spectra that ingestion put into quarantine.
    for (const spectrumId of ['truncated', 'saturated']) {
      deployment.labels.add({ poolId: SEED_POOL, spectrumId, campaignId: 'unmatched', answer: 'absorption' });
    }
    const model = await train('unmatched', 0, { training: { maxEpochs: 1 } });
    expect(model.trainingSet).toMatchObject({ classCounts: [20, 20, 20], unmatchedLabels: 2, examples: 60 });
  });

  it('without feedback from audits keeps them out; without an earlier model takes any pool spectrum', async () => {
    const plan = { ...later, earlierModelIds: [], audit: { feedBack: false } };
    await deployment.storePlan('later', 2, plan);
    await at.partner.sayStarted('later', 2);
    await at.partner.trained.first(({ campaignId, iteration }) => campaignId === 'later' && iteration === 2);
    const { model } = await at.training.getModel({ modelId: 'later-2' });
    const { training_set: trainedOn } = await filesOf(model!);
    expect(idsOf(trainedOn, 'audit')).toEqual([]);
    expect(idsOf(trainedOn, 'query')).toHaveLength(queried.length - 1);
    expect(model!.parentModelId).toBe('');
    expect(idsOf(trainedOn, 'pool-negative').some((id) => id.startsWith('star'))).toBe(true);
  });
});

describe('a training that can’t be done', () => {
  it('for want of a class says which one, and is done when it is labelled and asked for again', async () => {
    deployment.labels.add({ poolId: POOL, spectrumId: POOL_SPECTRA[1]!.id, campaignId: 'poor', answer: 'absorption' });
    const message = await fail('poor', { seedPoolIds: [] });
    expect(message).toBe(
      'no spectrum of the pools survey is labelled single-peak or double-peak: import labels of every class, then resume',
    );
    const { trainingRun } = await at.training.getTrainingRun({ trainingRunId: 'poor-0' });
    expect(trainingRun).toMatchObject({ state: TrainingRun_State.FAILED, error: message, modelId: '' });

    await deployment.storePlan('poor', 0, { training: { maxEpochs: 2 } });
    await at.partner.sayStarted('poor', 0);
    await at.partner.trained.first(({ campaignId }) => campaignId === 'poor');
    const again = await at.training.getTrainingRun({ trainingRunId: 'poor-0' });
    expect(again.trainingRun).toMatchObject({ state: TrainingRun_State.SUCCEEDED, error: '', modelId: 'poor-0' });
  });

  it('stays as it is when the event that asked for it comes again', async () => {
    const message = await fail('late', { training: { learningRate: 1e30 } });
    // Done again, it would succeed.
    await deployment.storePlan('late', 0, { training: { maxEpochs: 1 } });
    await at.partner.sayStarted('late', 0, 'late 0');
    // Comes after it.
    await train('late', 1, { training: { maxEpochs: 1 } });
    const { trainingRun } = await at.training.getTrainingRun({ trainingRunId: 'late-0' });
    expect(trainingRun).toMatchObject({ state: TrainingRun_State.FAILED, error: message });
  });

  it('because of a label of no class of the campaign names the spectrum', async () => {
    deployment.labels.add({ poolId: SEED_POOL, spectrumId: 'seed-00', answer: 'quasar', campaignId: 'odd-class' });
    const message = await fail('odd-class', {});
    expect(message).toContain('"seed-00" is labelled "quasar", which is none of the campaign\'s classes');
  });

  it('because the loss diverges says so', async () => {
    const message = await fail('wild', { training: { learningRate: 1e30 } });
    expect(message).toMatch(/learning rate/i);
  });
});

describe('lists', () => {
  it('give models by campaign and iteration, page by page', async () => {
    const names = [];
    let pageToken = '';
    do {
      const page = await at.training.listModels({ pageSize: 2, pageToken });
      names.push(...page.models.map(({ modelId }) => modelId));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    expect(names).toEqual(['again-0', 'first-0', 'late-1', 'later-1', 'later-2', 'poor-0', 'unmatched-0']);
    const { models } = await at.training.listModels({ campaignId: 'later' });
    expect(models.map(({ modelId }) => modelId)).toEqual(['later-1', 'later-2']);
  });

  it('give runs by iteration, failed ones too', async () => {
    const runs = async (campaignId: string) => (await at.training.listTrainingRuns({ campaignId })).trainingRuns;
    expect((await runs('later')).map(({ iteration }) => iteration)).toEqual([1, 2]);
    expect((await runs('wild')).map(({ state }) => state)).toEqual([TrainingRun_State.FAILED]);
    expect(await runs('none')).toEqual([]);
  });

  it('refuse what there is not', async () => {
    const token = Buffer.from('after:first/x').toString('base64url');
    const refused = (reason: string) => ({ reason });
    await expect(at.training.getModel({ modelId: 'none-0' })).rejects.toMatchObject(refused('MODEL_NOT_FOUND'));
    await expect(at.training.getTrainingRun({ trainingRunId: 'none-0' })).rejects.toMatchObject(
      refused('TRAINING_RUN_NOT_FOUND'),
    );
    await expect(at.training.listModels({ pageToken: token })).rejects.toMatchObject(refused('BAD_PAGE_TOKEN'));
    await expect(at.training.listTrainingRuns({ campaignId: 'first', pageToken: token })).rejects.toMatchObject(
      refused('BAD_PAGE_TOKEN'),
    );
  });
});

describe('stopping in the middle of a training', () => {
  it('hands it back: the next start trains', async () => {
    const durable = await TrainingDeployment.create({ durable: true });
    const endless = { maxEpochs: 1_000_000, earlyStopping: { minDelta: 0, patience: 1_000_000 } };
    await durable.storePlan('endless', 0, { training: endless });
    const first = await durable.start();
    await first.partner.sayStarted('endless', 0);
    await vi.waitFor(
      async () => {
        const { trainingRun } = await first.training.getTrainingRun({ trainingRunId: 'endless-0' });
        expect(trainingRun?.progress?.epoch).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 100 },
    );
    await first.stop();

    await durable.storePlan('endless', 0, { training: { maxEpochs: 2 } });
    const second = await durable.start();
    await second.partner.trained.first(({ campaignId }) => campaignId === 'endless');
    const { model } = await second.training.getModel({ modelId: 'endless-0' });
    expect(model?.metrics?.epochs).toBe(2);
    await second.stop();
    await durable.remove();
  });
});
