// Contender: epochs of training on one thread, dropout and the order of the rows included. Arguments: float32 or bfloat16, batch size.
import { SKODA_2020_CNN } from '../src/architecture.ts';
import type { Real } from '../src/graph/graph-builder.ts';
import { initialWeights } from '../src/initial-weights.ts';
import { setWeights, trainEpoch } from '../src/run-training.ts';
import { seededRandom } from '../src/seeded-random.ts';
import { loadTensorFlow, openSession } from '../src/tensorflow.ts';
import { trainingGraph } from '../src/training-graph.ts';
import { answerRuns } from './answer-runs.ts';
import { benchFeatures } from './bench-spectra.ts';

const ROWS = 2048;
const architecture = SKODA_2020_CNN;
const batchSize = Number(process.argv[3]);
const examples = {
  features: benchFeatures(ROWS),
  classes: Uint8Array.from({ length: ROWS }, (_, row) => row % 3),
  exampleWeights: new Float32Array(ROWS).fill(1),
};
const graph = trainingGraph(architecture, process.argv[2] as Real);
const session = await openSession(loadTensorFlow(1), graph, ['initialise', 'train', 'weights']);
setWeights(session, architecture, initialWeights(architecture, 1));
const order = seededRandom(1, 'order of the rows');
let steps = 0;

await answerRuns(ROWS, async () => {
  await trainEpoch(session, { architecture, batchSize, learningRate: 1e-3, seed: 1 }, examples, order, steps);
  steps += Math.ceil(ROWS / batchSize);
});
