import { setImmediate } from 'node:timers/promises';
import { parametersOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import { earlyStopping } from './early-stopping.ts';
import { graphShape } from './forward-pass.ts';
import { initialWeights } from './initial-weights.ts';
import { NetworkError } from './network-error.ts';
import { seededRandom, shuffledIndices } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import { balanceBySmote } from './smote.ts';
import { loadTensorFlow, openSession } from './tensorflow.ts';
import type { Fed, Session } from './tensorflow.ts';
import { trainingGraph } from './training-graph.ts';
import { checkTrainingRequest } from './training-request.ts';
import type { EpochRecord, TrainedNetwork, TrainingProgress, TrainingRequest } from './training-request.ts';
import type { TrainingSet } from './training-set.ts';
import { decodeWeightsFor, encodeWeights } from './weights.ts';
import type { Weights } from './weights.ts';

/**
 * Trains on this thread, which it blocks a batch at a time; `train` does it in a process of its own.
 *
 * @param now a clock in seconds, for the times that are told
 * @throws {NetworkError}
 */
export async function runTraining(
  request: TrainingRequest,
  onProgress: (progress: TrainingProgress) => void,
  now: () => number,
): Promise<TrainedNetwork> {
  checkTrainingRequest(request);
  const { architecture, maxEpochs, seed } = request;
  const start = request.initialWeights
    ? decodeWeightsFor(architecture, request.initialWeights)
    : initialWeights(architecture, seed);
  const examples = trainingSet(request);
  const session = await openSession(loadTensorFlow(request.threads), trainingGraph(architecture, request.precision), [
    'initialise',
    'train',
    'weights',
  ]);
  try {
    setWeights(session, architecture, start);
    const judge = earlyStopping(request.earlyStopping);
    const order = seededRandom(seed, 'order of the rows');
    const history: EpochRecord[] = [];
    let best = { epoch: 0, weights: start };
    let steps = 0;
    while (history.length < maxEpochs) {
      const started = now();
      const result = await trainEpoch(session, request, examples, order, steps);
      const epoch = { ...result, seconds: now() - started };
      steps += Math.ceil(examples.classes.length / request.batchSize);
      history.push(epoch);
      onProgress(progressOf(history, maxEpochs, examples.classes.length));
      const verdict = judge(epoch.loss);
      if (verdict.best) best = { epoch: history.length, weights: getWeights(session, architecture) };
      if (verdict.stop) break;
    }
    if (!Number.isFinite(history[best.epoch - 1]!.loss)) {
      throw new NetworkError('TRAINING_DIVERGED', 'training: the loss is not a number; lower the learning rate');
    }
    return { weights: encodeWeights(best.weights), history, bestEpoch: best.epoch, epochs: history.length };
  } finally {
    session.close();
  }
}

function trainingSet({ architecture, features, classes, exampleWeights, balance, seed }: TrainingRequest): TrainingSet {
  const given = { features, classes, exampleWeights: exampleWeights ?? new Float32Array(classes.length).fill(1) };
  return balance === 'smote' ? balanceBySmote(given, architecture.inputWidth, seededRandom(seed, 'SMOTE')) : given;
}

/** Sets the weights and forgets Adam's moments. */
export function setWeights(session: Session, architecture: Architecture, weights: Weights): void {
  const fed = parametersOf(architecture).map((parameter): [string, Fed] => {
    return [parameter.name, { values: weights.get(parameter.name)!.values, shape: graphShape(parameter) }];
  });
  session.run('initialise', Object.fromEntries(fed));
}

/** The weights as they are now. */
export function getWeights(session: Session, architecture: Architecture): Weights {
  const values = session.run('weights', { step: { values: Int32Array.of(0), shape: [] } });
  return new Map(parametersOf(architecture).map(({ name, shape }) => [name, { shape, values: values[name]! }]));
}

/** One step of Adam on one batch; `step` counts from 1 through the whole training. */
export function trainBatch(
  session: Session,
  batch: TrainingSet,
  { learningRate, step, seed }: { learningRate: number; step: number; seed: number },
): { loss: number; correct: number } {
  const rows = batch.classes.length;
  const { loss, correct } = session.run('train', {
    features: { values: batch.features, shape: [rows, batch.features.length / rows] },
    classes: { values: Int32Array.from(batch.classes), shape: [rows] },
    exampleWeights: { values: batch.exampleWeights, shape: [rows] },
    learningRate: { values: Float32Array.of(learningRate), shape: [] },
    step: { values: Int32Array.of(step), shape: [] },
    // The same 32 bits, as TensorFlow has no unsigned seeds.
    seed: { values: Int32Array.of(seed | 0), shape: [] },
  });
  return { loss: loss![0]!, correct: correct![0]! };
}

/** Every row once, in a new order. `stepsBefore` counts the steps that went before in this training. */
export async function trainEpoch(
  session: Session,
  request: Pick<TrainingRequest, 'architecture' | 'batchSize' | 'learningRate' | 'seed'>,
  examples: TrainingSet,
  random: SeededRandom,
  stepsBefore: number,
): Promise<Omit<EpochRecord, 'seconds'>> {
  const rows = examples.classes.length;
  const order = shuffledIndices(random, rows);
  let lossSum = 0;
  let correctSum = 0;
  for (let from = 0, step = stepsBefore + 1; from < rows; from += request.batchSize, step++) {
    const batch = rowsOf(examples, order.subarray(from, from + request.batchSize), request.architecture.inputWidth);
    const { loss, correct } = trainBatch(session, batch, { ...request, step });
    lossSum += loss * batch.classes.length;
    correctSum += correct;
    // TensorFlow has the thread for the whole of a batch: between batches, let signals and messages in.
    await setImmediate();
  }
  return { loss: lossSum / rows, accuracy: correctSum / rows };
}

function rowsOf(examples: TrainingSet, rows: Uint32Array, width: number): TrainingSet {
  const features = new Float32Array(rows.length * width);
  rows.forEach((row, place) => features.set(examples.features.subarray(row * width, (row + 1) * width), place * width));
  return {
    features,
    classes: Uint8Array.from(rows, (row) => examples.classes[row]!),
    exampleWeights: Float32Array.from(rows, (row) => examples.exampleWeights[row]!),
  };
}

function progressOf(history: readonly EpochRecord[], epochs: number, rows: number): TrainingProgress {
  const { loss, accuracy, seconds } = history.at(-1)!;
  const meanSeconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0) / history.length;
  const secondsLeft = (epochs - history.length) * meanSeconds;
  return { epoch: history.length, epochs, loss, accuracy, examplesPerSecond: rows / seconds, secondsLeft };
}
