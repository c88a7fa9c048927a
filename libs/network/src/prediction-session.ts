import { classCountOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { Real } from './graph/graph-builder.ts';
import { predictionGraph } from './prediction-graph.ts';
import { loadTensorFlow, openSession } from './tensorflow.ts';
import type { Weights } from './weights.ts';

/** A trained network, loaded into this process. */
export interface LoadedNetwork {
  /** The probability of each class for each row, n × classes from n × inputWidth. Blocks the thread meanwhile. */
  predict(features: Float32Array): Float32Array;
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
  const classCount = classCountOf(architecture);
  const graph = predictionGraph(architecture, weights, precision);
  const session = await openSession(loadTensorFlow(threads), graph, ['predict']);
  return {
    predict: (features) => {
      const rows = features.length / inputWidth;
      const probabilities = new Float32Array(rows * classCount);
      for (let row = 0; row < rows; row += BATCH_ROWS) {
        const values = features.subarray(row * inputWidth, (row + BATCH_ROWS) * inputWidth);
        const batch = session.run('predict', { features: { values, shape: [values.length / inputWidth, inputWidth] } });
        probabilities.set(batch['probabilities']!, row * classCount);
      }
      return probabilities;
    },
    close: () => session.close(),
  };
}
