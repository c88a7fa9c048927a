import { classCountOf, representationWidthOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import { forwardPass, graphShape } from './forward-pass.ts';
import { GraphBuilder } from './graph/graph-builder.ts';
import type { Real } from './graph/graph-builder.ts';
import type { Weights } from './weights.ts';

/**
 * A network with its weights as constants, so that TensorFlow can fold them into whatever form its kernels like best. Two functions:
 * `predict(features rows × width)` gives `probabilities` (rows × classes), `represent(features)` what the last hidden layer gives.
 *
 * @returns the bytes of a SavedModel
 */
export function predictionGraph(architecture: Architecture, weights: Weights, precision: Real): Uint8Array {
  const graph = new GraphBuilder();
  const features = graph.placeholder('features', 'float32', [-1, architecture.inputWidth]);
  const { logits, representation } = forwardPass(graph, architecture, features, {
    precision,
    parameter: (parameter) => graph.floats(weights.get(parameter.name)!.values, graphShape(parameter)),
  });
  const probabilities = graph.softmax(logits);
  graph.signature(
    'predict',
    { features },
    { probabilities: { tensor: probabilities, shape: [-1, classCountOf(architecture)] } },
  );
  graph.signature(
    'represent',
    { features },
    { representation: { tensor: representation, shape: [-1, representationWidthOf(architecture)] } },
  );
  return graph.toSavedModel();
}
