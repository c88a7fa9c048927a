import { describe, expect, test } from 'vitest';
import type { Architecture, Layer } from '../architecture.ts';
import { classCountOf, parametersOf } from '../architecture.ts';
import { forwardPass, graphShape } from '../forward-pass.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Placeholder } from '../graph/graph-builder.ts';
import { initialWeights } from '../initial-weights.ts';
import { seededRandom } from '../seeded-random.ts';
import { loadTensorFlow, openSession } from '../tensorflow.ts';
import type { Fed, Session } from '../tensorflow.ts';
import { crossEntropy } from './loss.ts';

const tensorflow = loadTensorFlow(1);
const ROWS = 5;
const SEEDS = Int32Array.of(11, 12);

/** A graph whose parameters are fed: `loss` and `gradients` are functions of them and of the data. */
async function openGradients(architecture: Architecture): Promise<Session> {
  const graph = new GraphBuilder();
  const features = graph.placeholder('features', 'float32', [-1, architecture.inputWidth]);
  const classes = graph.placeholder('classes', 'int32', [-1]);
  const weights = graph.placeholder('exampleWeights', 'float32', [-1]);
  const seeds = graph.placeholder('seeds', 'int32', [2]);
  const parameters = new Map<string, Placeholder<'float32'>>(
    parametersOf(architecture).map((each) => [each.name, graph.placeholder(each.name, 'float32', graphShape(each))]),
  );
  const network = forwardPass(graph, architecture, features, {
    precision: 'float32',
    parameter: ({ name }) => parameters.get(name)!,
    dropoutSeeds: () => seeds,
  });
  const loss = crossEntropy(graph, network.logits, classes, weights);
  const gradients = network.backward(loss.gradient);
  const inputs = { features, classes, exampleWeights: weights, seeds, ...Object.fromEntries(parameters) };
  graph.signature('loss', inputs, { loss: { tensor: loss.mean, shape: [] } });
  graph.signature(
    'gradients',
    inputs,
    Object.fromEntries(
      parametersOf(architecture).map((each) => [
        each.name,
        { tensor: gradients.get(each.name)!, shape: graphShape(each) },
      ]),
    ),
  );
  return openSession(tensorflow, graph.toSavedModel(), ['loss', 'gradients']);
}

function inputsFor(architecture: Architecture, seed: number): Record<string, Fed> {
  const { uniform, below } = seededRandom(seed, 'test');
  const { inputWidth } = architecture;
  const weights = initialWeights(architecture, seed);
  const parameters = parametersOf(architecture).map((each): [string, Fed] => {
    // Biases away from zero, so that they matter and that few values lie where ReLU has its corner.
    const values = weights.get(each.name)!.values.map((value) => (value === 0 ? uniform() * 0.4 - 0.1 : value));
    return [each.name, { values, shape: graphShape(each) }];
  });
  return {
    features: {
      values: Float32Array.from({ length: ROWS * inputWidth }, () => 2 * uniform() - 1),
      shape: [ROWS, inputWidth],
    },
    classes: { values: Int32Array.from({ length: ROWS }, () => below(classCountOf(architecture))), shape: [ROWS] },
    exampleWeights: { values: Float32Array.from({ length: ROWS }, () => 0.5 + 2 * uniform()), shape: [ROWS] },
    seeds: { values: SEEDS, shape: [2] },
    ...Object.fromEntries(parameters),
  };
}

/** Short enough that few values cross a corner of ReLU or change places in a maximum, long enough for float32. */
const STEP = 2 ** -11;

/** The loss's slope along a direction in the space of one parameter, by central differences. */
function slope(session: Session, inputs: Record<string, Fed>, name: string, direction: Float32Array): number {
  const lossAt = (distance: number): number => {
    const { values, shape } = inputs[name]!;
    const moved = Float32Array.from(values, (value, i) => value + distance * direction[i]!);
    return session.run('loss', { ...inputs, [name]: { values: moved, shape } })['loss']![0]!;
  };
  return (lossAt(STEP) - lossAt(-STEP)) / (2 * STEP);
}

const softmax: Layer = { kind: 'dense', units: 3, activation: 'softmax' };
const networks: Record<string, Architecture> = {
  'a dense layer and softmax': { inputWidth: 6, layers: [{ kind: 'flatten' }, softmax] },
  'dense layers': {
    inputWidth: 6,
    layers: [{ kind: 'flatten' }, { kind: 'dense', units: 7, activation: 'relu' }, softmax],
  },
  'a convolution': {
    inputWidth: 9,
    layers: [{ kind: 'convolution', filters: 4, kernelSize: 3 }, { kind: 'flatten' }, softmax],
  },
  'a convolution of a convolution, of other sizes': {
    inputWidth: 10,
    layers: [
      { kind: 'convolution', filters: 3, kernelSize: 4 },
      { kind: 'convolution', filters: 5, kernelSize: 2 },
      { kind: 'flatten' },
      softmax,
    ],
  },
  'pooling that leaves a remainder': {
    inputWidth: 11,
    layers: [
      { kind: 'convolution', filters: 4, kernelSize: 3 },
      { kind: 'max-pooling', size: 2 },
      { kind: 'convolution', filters: 4, kernelSize: 2 },
      { kind: 'flatten' },
      softmax,
    ],
  },
  dropout: {
    inputWidth: 6,
    layers: [
      { kind: 'flatten' },
      { kind: 'dense', units: 16, activation: 'relu' },
      { kind: 'dropout', rate: 0.5 },
      { kind: 'dense', units: 8, activation: 'relu' },
      { kind: 'dropout', rate: 0.25 },
      softmax,
    ],
  },
};

const PLACES = 40;

describe.each(Object.entries(networks))('gradients of a network with %s', (_, architecture) => {
  test.each(parametersOf(architecture))('$name: the slope of the loss', async ({ name }) => {
    const session = await openGradients(architecture);
    const errors = Array.from({ length: PLACES }, (_, seed) => {
      const inputs = inputsFor(architecture, seed);
      const { uniform } = seededRandom(seed, 'direction');
      const random = Float32Array.from(inputs[name]!.values, () => 2 * uniform() - 1);
      const length = Math.hypot(...random);
      const direction = random.map((value) => value / length);
      const gradient = session.run('gradients', inputs)[name]!;
      const found = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      return Math.abs(found - slope(session, inputs, name, direction));
    });
    session.close();
    // In a few places a corner lies within the step, and the slope across it is no gradient. A wrong gradient is wrong in all.
    expect(errors.filter((error) => error < 1e-3).length / PLACES, `errors: ${errors.join()}`).toBeGreaterThan(0.8);
  });
});
