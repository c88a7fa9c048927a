import { classCountOf, representationWidthOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { Real } from './graph/graph-builder.ts';
import { predictionGraph } from './prediction-graph.ts';
import { loadTensorFlow, openSession } from './tensorflow.ts';
import type { Weights } from './weights.ts';

/** A trained network, loaded into this process. */
export interface LoadedNetwork {
  /** The probability of each class for each row, n × classes from n × inputWidth. Blocks the thread meanwhile. */
  predict(features: Float32Array): Float32Array;
  /** What the last hidden layer gives for each row, n × its units. Blocks the thread meanwhile. */
  represent(features: Float32Array): Float32Array;
  close(): void;
}

/**
 * Rows computed at a time: beyond it the layers' outputs, 35 kB a row and layer, no longer stay in the processor's cache from one
 * operation to the next; far below it the operations' own costs show.
 */
const BATCH_ROWS = 256;

/** Loads a trained network. */
export async function openNetwork(options: {
  architecture: Architecture;
  weights: Weights;
  precision: Real;
  threads: number;
}): Promise<LoadedNetwork> {
  const { architecture, weights, precision, threads } = options;
  const { inputWidth } = architecture;
  const graph = predictionGraph(architecture, weights, precision);
  const session = await openSession(loadTensorFlow(threads), graph, ['predict', 'represent']);
  const inBatches = (name: string, output: string, width: number) => (features: Float32Array) => {
    const rows = features.length / inputWidth;
    const all = new Float32Array(rows * width);
    for (let row = 0; row < rows; row += BATCH_ROWS) {
      const values = features.subarray(row * inputWidth, (row + BATCH_ROWS) * inputWidth);
      const batch = session.run(name, { features: { values, shape: [values.length / inputWidth, inputWidth] } });
      all.set(batch[output]!, row * width);
    }
    return all;
  };
  return {
    predict: inBatches('predict', 'probabilities', classCountOf(architecture)),
    represent: inBatches('represent', 'representation', representationWidthOf(architecture)),
    close: () => session.close(),
  };
}
