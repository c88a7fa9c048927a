// Contender: class probabilities of spectra on one thread. Argument: float32 or bfloat16.
import { SKODA_2020_CNN } from '../src/architecture.ts';
import type { Real } from '../src/graph/graph-builder.ts';
import { initialWeights } from '../src/initial-weights.ts';
import { openNetwork } from '../src/prediction-session.ts';
import { answerRuns } from './answer-runs.ts';
import { benchFeatures } from './bench-spectra.ts';

const ROWS = 4096;
const architecture = SKODA_2020_CNN;
const features = benchFeatures(ROWS);
const network = await openNetwork({
  architecture,
  weights: initialWeights(architecture, 1),
  precision: process.argv[2] as Real,
  threads: 1,
});

await answerRuns(ROWS, async () => network.predict(features));
