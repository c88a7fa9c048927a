// Contender: what is computed for a map of 100,000 spectra with the paper's network. Argument: `look`, the network alone, or `map`, which
// also lays them out.
import { openPredictor, representationWidthOf, SKODA_2020_CNN, train, weightsChecksum } from '@spectrawl/network';
import { FEATURE_COUNT } from '@spectrawl/pool';
import { answerRuns, CLASSES, lineFeatures } from '@spectrawl/testing';
import { layOutMap } from '../src/map/lay-out-map.ts';

const POINTS = 100_000;
const LANDMARKS = 8192;
const LOOKED_AT = 256;
/** Spectra that differ; the others are mixtures of two of one class. */
const DISTINCT = 1500;

const distinct = Array.from({ length: DISTINCT }, (_, at) => lineFeatures(at % CLASSES.length, `bench ${at}`));
const architecture = SKODA_2020_CNN;
const features = new Float32Array(DISTINCT * FEATURE_COUNT);
for (const [at, row] of distinct.entries()) features.set(row, at * FEATURE_COUNT);
const { weights } = await train({
  architecture,
  features: features.slice(0, 300 * FEATURE_COUNT),
  classes: Uint8Array.from({ length: 300 }, (_, at) => at % CLASSES.length),
  classCount: CLASSES.length,
  balance: 'none',
  batchSize: 32,
  maxEpochs: 2,
  earlyStopping: { minDelta: 0, patience: 2 },
  learningRate: 1e-3,
  seed: 1,
  precision: 'float32',
  threads: 1,
});
const model = { architecture, weights, key: weightsChecksum(weights) };
const predictor = openPredictor({ processes: 1, threadsPerProcess: 1, precision: 'float32' });
const { signal } = new AbortController();

/** Mixtures that are never the same twice: what is laid out has structure within the classes. */
function spectraFrom(start: number): Float32Array {
  const rows = new Float32Array(LOOKED_AT * FEATURE_COUNT);
  for (let row = 0; row < LOOKED_AT; row++) {
    const at = start + row;
    const one = distinct[at % DISTINCT]!;
    const other = distinct[(at + CLASSES.length * (1 + Math.floor(at / DISTINCT))) % DISTINCT]!;
    const share = (at % 97) / 97;
    for (let i = 0; i < FEATURE_COUNT; i++) rows[row * FEATURE_COUNT + i] = share * one[i]! + (1 - share) * other[i]!;
  }
  return rows;
}

async function* seen(): AsyncGenerator<Float32Array<ArrayBuffer>> {
  for (let start = 0; start < POINTS; start += LOOKED_AT) {
    yield Float32Array.from(await predictor.represent(model, spectraFrom(start)));
  }
}

async function look(): Promise<number> {
  let rows = 0;
  for await (const some of seen()) rows += some.length / representationWidthOf(architecture);
  return rows;
}

async function map(): Promise<number> {
  const width = representationWidthOf(architecture);
  const places = await layOutMap({
    width,
    landmarks: LANDMARKS,
    seed: 1,
    rows: seen(),
    onProgress: () => undefined,
    signal,
  });
  return places.length / 2;
}

await answerRuns({
  run: process.argv[2] === 'map' ? map : look,
  stop: async () => predictor.close(),
});
