import fc from 'fast-check';
import type { ScoredShard } from '../src/summarise-shard.ts';
import { createDraw } from '../src/priority.ts';
import { randomNumbers } from './random-numbers.ts';

export const CLASSES = ['absorption', 'single-peak', 'double-peak'];
export const FEATURE_WIDTH = 4;

/** Rows of a scored pool: what summariseShard needs of them. */
export interface ScoredPool {
  ids: string[];
  probabilities: Float32Array;
  features: Float32Array;
}

/** Probabilities with many ties, as a confident network gives. */
const row = fc
  .tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }))
  .map(([a, b, c]) => (a + b + c === 0 ? [1, 0, 0] : [a / (a + b + c), b / (a + b + c), c / (a + b + c)]));

export const scoredPool = (rows: { minLength: number; maxLength: number }): fc.Arbitrary<ScoredPool> =>
  fc.array(row, rows).map((probabilities) => {
    const ids = probabilities.map((_, i) => `s${(i * 7919) % 10007}`);
    const draw = createDraw(1, 'query');
    return {
      ids,
      probabilities: Float32Array.from(probabilities.flat()),
      features: Float32Array.from(
        ids.flatMap((id) => Array.from({ length: FEATURE_WIDTH }, (_, k) => draw(`${id}/${k}`))),
      ),
    };
  });

/** A big pool with few positives, of which the network is more or less sure. */
export function rarePool(rows: number, seed: number): ScoredPool {
  const random = randomNumbers(seed);
  const probabilities = Array.from({ length: rows }, () => {
    const positive = random() < 0.05 ? random() : random() * 0.1;
    const double = positive * random();
    return [1 - positive, positive - double, double];
  });
  return {
    ids: probabilities.map((_, i) => `r${i}`),
    probabilities: Float32Array.from(probabilities.flat()),
    features: Float32Array.from({ length: rows * FEATURE_WIDTH }, random),
  };
}

/** The rows of a pool at these places, as one shard. */
export function shardOf(
  pool: ScoredPool,
  places: readonly number[],
  rest: Pick<ScoredShard, 'shard' | 'strategy' | 'limits' | 'seed'> & { excludedIds?: ReadonlySet<string> },
): ScoredShard {
  const ids = places.map((at) => pool.ids[at] ?? '');
  const rowsOf = (values: Float32Array, width: number): Float32Array =>
    Float32Array.from(places.flatMap((at) => [...values.subarray(at * width, (at + 1) * width)]));
  return {
    ...rest,
    ids,
    classCount: CLASSES.length,
    probabilities: rowsOf(pool.probabilities, CLASSES.length),
    features: rowsOf(pool.features, FEATURE_WIDTH),
    excluded: (at) => rest.excludedIds?.has(ids[at] ?? '') ?? false,
  };
}
