import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parameterCount, parametersOf, SKODA_2020_CNN } from '../../src/architecture.ts';
import type { Architecture } from '../../src/architecture.ts';
import { earlyStopping } from '../../src/early-stopping.ts';
import { predictionGraph } from '../../src/prediction-graph.ts';
import { getWeights, setWeights, trainBatch } from '../../src/run-training.ts';
import { loadTensorFlow, openSession } from '../../src/tensorflow.ts';
import { trainingGraph } from '../../src/training-graph.ts';
import { decodeWeights, encodeWeights } from '../../src/weights.ts';
import {
  CLASSES_STREAM,
  classesByFormula,
  EXAMPLE_WEIGHTS_STREAM,
  exampleWeightsByFormula,
  FEATURES_STREAM,
  numbers,
  weightsByFormula,
} from './numbers.ts';
import { SMALL_NETWORK } from './small-network.ts';

interface Golden {
  rows: number;
  seed: number;
  prediction: { parameters: number; probabilities: number[][] };
  training: {
    weighted: boolean;
    dropout: boolean;
    learningRate: number;
    steps: { loss: number; accuracy: number; tensors: { values: number[]; length: number }[] }[];
  }[];
  earlyStopping: {
    losses: (number | null)[];
    minDelta: number;
    patience: number;
    epochs: number;
    stopped: boolean;
    bestEpoch: number;
  }[];
  weightsFile: { sha256: string; tensors: Record<string, { type: string; shape: number[]; values: number[] }> };
}

/** What Keras computes, as golden.py wrote it. */
const golden = JSON.parse(readFileSync(new URL('keras.golden.json', import.meta.url), 'utf8')) as Golden;
const tensorflow = loadTensorFlow(2);
const { inputWidth } = SKODA_2020_CNN;

const largestDifference = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  expect(found.length).toBe(expected.length);
  return Array.from(expected).reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
};

test('the network of the paper has as many parameters as in Keras', () => {
  expect(parameterCount(SKODA_2020_CNN)).toBe(2_481_731);
  expect(golden.prediction.parameters).toBe(2_481_731);
});

test('predictions equal those of Keras within 1e-5 for the same weights', async () => {
  const graph = predictionGraph(SKODA_2020_CNN, weightsByFormula(SKODA_2020_CNN), 'float32');
  const session = await openSession(tensorflow, graph, ['predict']);
  const features = numbers(FEATURES_STREAM, golden.rows * inputWidth);
  const { probabilities } = session.run('predict', {
    features: { values: features, shape: [golden.rows, inputWidth] },
  });
  session.close();
  expect(largestDifference(probabilities!, golden.prediction.probabilities.flat())).toBeLessThan(1e-5);
});

describe.each(golden.training)(
  'training with weighted rows: $weighted, dropout: $dropout, learning rate: $learningRate',
  ({ weighted, dropout, learningRate, steps }) => {
    const architecture: Architecture = dropout
      ? SKODA_2020_CNN
      : { inputWidth, layers: SKODA_2020_CNN.layers.filter(({ kind }) => kind !== 'dropout') };

    test(`follows Keras within 1e-4 for ${steps.length} steps of Adam`, async () => {
      const session = await openSession(tensorflow, trainingGraph(architecture, 'float32'), [
        'initialise',
        'train',
        'weights',
      ]);
      setWeights(session, architecture, weightsByFormula(architecture));
      steps.forEach((expected, index) => {
        const step = index + 1;
        const batch = {
          features: numbers(FEATURES_STREAM + step, golden.rows * inputWidth),
          classes: classesByFormula(CLASSES_STREAM + step, golden.rows),
          exampleWeights: weighted
            ? exampleWeightsByFormula(EXAMPLE_WEIGHTS_STREAM + step, golden.rows)
            : new Float32Array(golden.rows).fill(1),
        };
        const { loss, correct } = trainBatch(session, batch, { learningRate, seed: golden.seed, step });
        expect(Math.abs(loss - expected.loss), `loss of step ${step}`).toBeLessThan(1e-4);
        expect(correct / golden.rows, `accuracy of step ${step}`).toBeCloseTo(expected.accuracy, 6);
        const weights = getWeights(session, architecture);
        parametersOf(architecture).forEach(({ name }, tensor) => {
          const { values } = weights.get(name)!;
          const { values: probes, length } = expected.tensors[tensor]!;
          const probed = probes.map((_, k) => values[Math.floor((k * (values.length - 1)) / 7)]!);
          expect(largestDifference(probed, probes), `${name} after step ${step}`).toBeLessThan(1e-4);
          expect(Math.abs(norm(values) - length), `length of ${name}`).toBeLessThan(1e-4);
        });
      });
      session.close();
    });
  },
);

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));

test.each(golden.earlyStopping)(
  'early stopping, minDelta $minDelta, patience $patience: as Keras after $epochs epochs, best $bestEpoch',
  ({ losses, minDelta, patience, epochs, stopped, bestEpoch }) => {
    const judge = earlyStopping({ minDelta, patience });
    let best = 0;
    let stoppedAt: number | undefined;
    for (const [index, loss] of losses.entries()) {
      const verdict = judge(loss ?? Number.NaN);
      if (verdict.best) best = index + 1;
      if (verdict.stop) {
        stoppedAt = index + 1;
        break;
      }
    }
    expect({ best, stoppedAt }).toEqual({ best: bestEpoch, stoppedAt: stopped ? epochs : undefined });
  },
);

test('a weights file is what the Python package safetensors reads', () => {
  const file = encodeWeights(weightsByFormula(SMALL_NETWORK));
  expect(createHash('sha256').update(file).digest('hex'), 'golden.py read another file').toBe(
    golden.weightsFile.sha256,
  );
  const weights = decodeWeights(file);
  expect([...weights.keys()].sort()).toEqual(Object.keys(golden.weightsFile.tensors).sort());
  for (const [name, { type, shape, values }] of Object.entries(golden.weightsFile.tensors)) {
    expect({ type, shape }).toEqual({ type: 'float32', shape: weights.get(name)!.shape });
    expect(weights.get(name)!.values).toEqual(Float32Array.from(values));
  }
});
