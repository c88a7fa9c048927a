import { adam } from './adam.ts';
import { parametersOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import { forwardPass, graphShape } from './forward-pass.ts';
import { GraphBuilder } from './graph/graph-builder.ts';
import type { Effect, Real, Variable } from './graph/graph-builder.ts';
import { crossEntropy } from './layers/loss.ts';

/**
 * The whole of training a network, as one TensorFlow graph whose state is the weights and Adam's moments. Functions to call:
 *
 * - `initialise(<parameter>…)` sets the weights and forgets the moments; gives `done`.
 * - `train(features rows × width, classes rows, exampleWeights rows, learningRate, step from 1, seed)` takes one step of Adam;
 *   gives the batch's `loss` (mean) and the number `correct`, both before the step.
 * - `weights(step)` gives every parameter under its name (it feeds `step`, unused, since a call must feed something).
 *
 * @returns the bytes of a SavedModel
 */
export function trainingGraph(architecture: Architecture, precision: Real): Uint8Array {
  const graph = new GraphBuilder();
  const dropoutLayers = architecture.layers.filter(({ kind }) => kind === 'dropout').length;
  const parameters = parametersOf(architecture).map((parameter) => {
    const shape = graphShape(parameter);
    const moments = {
      mean: graph.variable(`adam.mean.${parameter.name}`, shape),
      variance: graph.variable(`adam.variance.${parameter.name}`, shape),
    };
    return { name: parameter.name, shape, variable: graph.variable(parameter.name, shape), moments };
  });
  const variables = new Map<string, Variable>(parameters.map(({ name, variable }) => [name, variable]));

  const features = graph.placeholder('features', 'float32', [-1, architecture.inputWidth]);
  const classes = graph.placeholder('classes', 'int32', [-1]);
  const exampleWeights = graph.placeholder('exampleWeights', 'float32', [-1]);
  const learningRate = graph.placeholder('learningRate', 'float32', []);
  const step = graph.placeholder('step', 'int32', []);
  const seed = graph.placeholder('seed', 'int32', []);

  const network = forwardPass(graph, architecture, features, {
    precision,
    parameter: ({ name }) => graph.read(variables.get(name)!),
    // Every step and layer has a number of its own, so no two masks of a training are alike.
    dropoutSeeds: (layer) =>
      graph.pack('int32', [seed, graph.addInts(graph.mulInts(step, graph.int(dropoutLayers)), graph.int(layer))]),
  });
  const loss = crossEntropy(graph, network.logits, classes, exampleWeights);
  const gradients = network.backward(loss.gradient);
  const steps = adam(
    graph,
    learningRate,
    step,
    parameters.map(({ name, variable, moments }) => ({ variable, moments, gradient: gradients.get(name)! })),
  );
  graph.signature(
    'train',
    { features, classes, exampleWeights, learningRate, step, seed },
    {
      loss: { tensor: graph.after(steps, loss.mean), shape: [] },
      correct: { tensor: graph.after(steps, loss.correct), shape: [] },
    },
  );

  const fed = parameters.map((each) => {
    return { ...each, value: graph.placeholder(`initial.${each.name}`, 'float32', each.shape) };
  });
  const assignments = fed.flatMap(({ variable, value, moments, shape }): Effect[] => [
    graph.assign(variable, value),
    graph.assign(moments.mean, graph.zeros(shape)),
    graph.assign(moments.variance, graph.zeros(shape)),
  ]);
  graph.signature('initialise', Object.fromEntries(fed.map(({ name, value }) => [name, value])), {
    done: { tensor: graph.after(assignments, graph.float(1)), shape: [] },
  });

  graph.signature(
    'weights',
    { step },
    Object.fromEntries(parameters.map(({ name, shape, variable }) => [name, { tensor: graph.read(variable), shape }])),
  );
  return graph.toSavedModel();
}
