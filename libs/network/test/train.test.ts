import { describe, expect, test } from 'vitest';
import {
  confusionMatrix,
  openPredictor,
  skoda2020Network,
  SKODA_2020_CNN,
  train,
  weightsChecksum,
} from '../src/index.ts';
import type { TrainingProgress, TrainingRequest } from '../src/index.ts';
import { startProcess } from '../src/processes/computing-process.ts';
import type { TrainingReply } from '../src/processes/training-process.ts';
import { likeliest, lineSpectra } from './line-spectra.ts';

const classCount = 3;
const small = skoda2020Network(classCount, 0.125);
const request: TrainingRequest = {
  architecture: small,
  ...lineSpectra(400, 1),
  classCount,
  balance: 'smote',
  batchSize: 64,
  maxEpochs: 30,
  earlyStopping: { minDelta: 1e-3, patience: 5 },
  learningRate: 1e-3,
  seed: 7,
  precision: 'float32',
  threads: 1,
};

describe('a training', () => {
  test('learns to tell the classes apart, and tells how it goes', async () => {
    const told: TrainingProgress[] = [];
    const network = await train(request, { onProgress: (progress) => told.push(progress) });

    expect(told).toHaveLength(network.epochs);
    expect(told.map(({ epoch, epochs }) => `${epoch}/${epochs}`)).toEqual(network.history.map((_, i) => `${i + 1}/30`));
    expect(told.map(({ loss, accuracy }) => ({ loss, accuracy }))).toEqual(
      network.history.map(({ loss, accuracy }) => ({ loss, accuracy })),
    );
    for (const { examplesPerSecond, secondsLeft } of told.slice(0, -1)) {
      expect(examplesPerSecond).toBeGreaterThan(0);
      expect(secondsLeft).toBeGreaterThan(0);
    }
    // The best epoch is the last whose loss was below all before it by more than minDelta.
    const losses = network.history.map(({ loss }) => loss);
    expect(losses[network.bestEpoch - 1]).toBeLessThanOrEqual(Math.min(...losses) + 1e-3);

    const unseen = lineSpectra(300, 2);
    const predictor = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
    const model = { architecture: small, weights: network.weights, key: weightsChecksum(network.weights) };
    const predicted = likeliest(await predictor.predict(model, unseen.features), classCount);
    predictor.close();
    const matrix = confusionMatrix(unseen.classes, predicted, classCount);
    expect(matrix.reduce((right, row, label) => right + row[label]!, 0)).toBeGreaterThan(290);
  });

  test('with the same request gives the same weights to the last bit, on two threads too', async () => {
    const repeated = { ...request, ...lineSpectra(150, 3), architecture: SKODA_2020_CNN, threads: 2, maxEpochs: 2 };
    const [one, other] = [await train(repeated), await train(repeated)];
    expect(weightsChecksum(other.weights)).toBe(weightsChecksum(one.weights));
    expect(other.history.map(({ loss }) => loss)).toEqual(one.history.map(({ loss }) => loss));
    const reseeded = await train({ ...repeated, seed: 8 });
    expect(weightsChecksum(reseeded.weights)).not.toBe(weightsChecksum(one.weights));
  });

  test('in bfloat16 follows the one in float32', async () => {
    const few = { ...request, maxEpochs: 6 };
    const full = await train(few);
    const half = await train({ ...few, precision: 'bfloat16' });
    half.history.forEach(({ loss }, epoch) => {
      expect(Math.abs(loss - full.history[epoch]!.loss), `epoch ${epoch + 1}`).toBeLessThan(0.1);
    });
  });

  test('goes on from weights that it is given', async () => {
    const first = await train({ ...request, maxEpochs: 8 });
    const second = await train({ ...request, maxEpochs: 1, initialWeights: first.weights });
    expect(second.history[0]!.loss).toBeLessThan(first.history[0]!.loss / 2);
  });

  test('ends when it is aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const training = train(
      { ...request, maxEpochs: 100_000, earlyStopping: { minDelta: 0, patience: 100_000 } },
      { signal: controller.signal, onProgress: () => controller.abort(reason) },
    );
    await expect(training).rejects.toBe(reason);
    await expect(train(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test.each([
    ['rows without features', { classes: new Uint8Array(401) }, /56000 features for 401 rows of 140/],
    ['a class too many', { classes: new Uint8Array(400).fill(3) }, /row 0 is of class 3/],
    ['not a number', { features: new Float32Array(56_000).fill(Number.NaN) }, /row 0 holds a feature/],
    ['another number of classes', { classCount: 4 }, /tells 3 classes apart, the request says 4/],
    ['a negative weight', { exampleWeights: new Float32Array(400).fill(-1) }, /weight of a row is negative/],
    ['no batches', { batchSize: 0 }, /batchSize is 0/],
    ['a seed out of range', { seed: -1 }, /seed -1/],
  ])('of a request with %s is refused', async (_, wrong, message) => {
    await expect(train({ ...request, ...wrong })).rejects.toMatchObject({
      reason: 'INVALID_REQUEST',
      message: expect.stringMatching(message) as string,
    });
  });

  test('that diverges says so', async () => {
    await expect(train({ ...request, learningRate: 1e30, maxEpochs: 2 })).rejects.toMatchObject({
      reason: 'TRAINING_DIVERGED',
    });
  });

  test('from weights of another architecture is refused', async () => {
    const { weights } = await train({ ...request, maxEpochs: 1 });
    await expect(train({ ...request, architecture: SKODA_2020_CNN, initialWeights: weights })).rejects.toMatchObject({
      reason: 'INVALID_WEIGHTS',
      message: expect.stringContaining('convolution1.kernel has shape [3, 1, 8]') as string,
    });
  });
});

test('a process that dies, as for want of memory, is reported', async () => {
  const child = startProcess<TrainingRequest, TrainingReply>('training');
  const ended = new Promise<Error>((resolve) => (child.onEnd = resolve));
  child.onReply = () => process.kill(child.pid!, 'SIGKILL');
  child.send({ ...request, maxEpochs: 100_000, earlyStopping: { minDelta: 0, patience: 100_000 } });
  expect(await ended).toMatchObject({
    reason: 'PROCESS_ENDED',
    message: expect.stringMatching(/^the training process was ended by SIGKILL/) as string,
  });
});
