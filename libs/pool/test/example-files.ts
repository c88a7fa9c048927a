import { summariseShard } from '@spectrawl/active-learning';
import { FEATURE_COUNT } from '../src/index.ts';

const CLASSES = ['absorption', 'single-peak', 'double-peak'];

const each = <T>(count: number, value: (row: number) => T): T[] =>
  Array.from({ length: count }, (_, row) => value(row));
const ids = (count: number) => each(count, (row) => `spec-${String(row).padStart(6, '0')}`);
const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step));

/** Three probabilities a row that sum to one. */
function probabilities(count: number): Float32Array {
  return Float32Array.from({ length: 3 * count }, (_, i) => {
    const row = Math.floor(i / 3);
    return [0.75 - (row % 64) / 128, 0.125 + (row % 64) / 256, 0.125 + (row % 64) / 256][i % 3]!;
  });
}

export const shardDescription = { pool: 'demo', shard: 3, preprocessing: '1', featureCount: FEATURE_COUNT };

export const shardRows = (count: number) => ({
  id: ids(count),
  designation: each(count, (row) => (row % 5 ? `J${row}` : null)),
  obsid: each(count, (row) => (row % 4 ? BigInt(row) * 10n ** 12n : null)),
  ra: each(count, (row) => (row % 3 ? row / 7 : null)),
  dec: each(count, (row) => (row % 3 ? -row / 11 : null)),
  snr: each(count, (row) => (row % 6 ? row / 4 : null)),
  class: each(count, (row) => (row % 2 ? 'STAR' : null)),
  subclass: each(count, (row) => (row % 2 ? `A${row % 10}V` : null)),
  survey: each(count, () => 'lamost'),
  source: each(count, (row) => `raw/${row}.fits.gz`),
  mjd: each(count, (row) => (row % 7 ? 55859 + row : null)),
  features: wave(FEATURE_COUNT * count, 0.1),
});

export const spectraDescription = { pool: 'demo', shard: 3 };

export const spectraRows = (count: number, points = 12) => ({
  id: ids(count),
  wavelength: each(count, (row) => Float64Array.from({ length: points + (row % 3) }, (_, i) => 6500 + i / 3 + row)),
  flux: each(count, (row) => wave(points + (row % 3), row)),
  uncertainty: each(count, (row) => (row % 2 ? wave(points + (row % 3), row / 2) : null)),
  medium: each(count, (row) => (row % 4 ? 'vacuum' : 'air')),
});

export const reservoirDescription = {
  pool: 'demo',
  shard: 3,
  shardRows: 1000,
  seed: '18446744073709551615',
  featureCount: FEATURE_COUNT,
};

export const reservoirRows = (count: number) => ({
  id: ids(count),
  row: each(count, (row) => row * 3),
  priority: each(count, (row) => row / 1024),
  features: wave(FEATURE_COUNT * count, 0.2),
});

export const scoresDescription = {
  campaign: 'demo',
  iteration: 2,
  pool: 'demo',
  shard: 3,
  models: ['m-1', 'm-2'],
  classes: CLASSES,
  strategy: 'margin',
};

export const scoresRows = (count: number) => ({
  id: ids(count),
  probabilities: probabilities(count),
  model_probabilities: probabilities(count).toReversed(),
  uncertainty: each(count, (row) => row / 8),
  excluded: each(count, (row) => row % 9 === 0),
});

export const batchDescription = {
  campaign: 'demo',
  iteration: 2,
  model: 'm-2',
  classes: CLASSES,
  seed: '7',
  featureCount: FEATURE_COUNT,
};

export const batchRows = (count: number) => ({
  id: ids(count),
  shard: each(count, (row) => row % 2),
  row: each(count, (row) => row * 5),
  features: wave(FEATURE_COUNT * count, 0.3),
  probabilities: probabilities(count),
  purpose: each<string>(count, (row) => (row % 3 ? 'query' : 'audit')),
  reason: each(count, (row) => (row % 3 ? `margin rank ${row}` : 'audit')),
  rank: each(count, (row) => row),
  inclusion_probability: each<number>(count, (row) => (row % 3 ? 1 : 0.25)),
});

/** The summary that the campaign's own code makes of such scores. */
export const summary = (count: number, withFeatures = true) =>
  summariseShard({
    shard: 3,
    ids: ids(count),
    probabilities: probabilities(count),
    classCount: 3,
    strategy: 'margin',
    seed: 7,
    limits: { uncertain: 20, perClass: 5, positives: 10, random: 6, perStratum: 4 },
    excluded: (row) => row % 10 === 0,
    ...(withFeatures && { features: wave(FEATURE_COUNT * count, 0.4) }),
  });
