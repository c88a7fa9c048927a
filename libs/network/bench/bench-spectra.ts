import { SKODA_2020_CNN } from '../src/architecture.ts';
import { seededRandom } from '../src/seeded-random.ts';

/** Noise in [−1, 1], as many values as the network takes: how fast it is does not depend on them. */
export function benchFeatures(rows: number): Float32Array {
  const { uniform } = seededRandom(1, 'benchmark');
  return Float32Array.from({ length: rows * SKODA_2020_CNN.inputWidth }, () => 2 * uniform() - 1);
}
