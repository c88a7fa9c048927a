import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { LayerPass } from './layer.ts';

/**
 * Zeroes each value with probability `rate` and scales the others by 1 / (1 − rate), so that the expectation stays.
 *
 * @param seeds two integers that determine the mask: the training's seed and a number of its own for this layer and step
 */
export function dropout<T extends Real>(
  graph: GraphBuilder,
  input: Tensor<T>,
  rate: number,
  seeds: Tensor<'int32'>,
): LayerPass<T> {
  const uniform = graph.statelessRandomUniform(graph.shapeOf(input), seeds);
  const kept = graph.cast(graph.greaterEqual(uniform, graph.float(rate)), 'float32');
  const mask = graph.cast(graph.mul(kept, graph.float(1 / (1 - rate))), input.type);
  return {
    output: graph.mul(input, mask),
    backward: (outputGradient) => ({ input: graph.mul(outputGradient, mask), parameters: [] }),
  };
}
