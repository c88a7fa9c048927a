import { parametersOf, valueCount } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import { seededRandom } from './seeded-random.ts';
import type { Weights } from './weights.ts';

/**
 * The weights that training starts from, as in Keras: biases zero, kernels uniform in ±√(6 / (fan in + fan out)) (Glorot & Bengio
 * 2010). Each tensor's values depend on the seed and its name alone.
 *
 * @param seed unsigned, 32 bits
 */
export function initialWeights(architecture: Architecture, seed: number): Weights {
  return new Map(
    parametersOf(architecture).map(({ name, shape, fanIn, fanOut }) => {
      const values = new Float32Array(valueCount(shape));
      if (name.endsWith('.kernel')) {
        const { uniform } = seededRandom(seed, `initial weights of ${name}`);
        const limit = Math.sqrt(6 / (fanIn + fanOut));
        for (let i = 0; i < values.length; i++) values[i] = (2 * uniform() - 1) * limit;
      }
      return [name, { shape, values }];
    }),
  );
}
