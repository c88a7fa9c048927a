import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { LayerPass } from './layer.ts';

/** Rows × 1 × width × channels to rows × (width · channels). */
export function flatten<T extends Real>(
  graph: GraphBuilder,
  input: Tensor<T>,
  width: number,
  channels: number,
): LayerPass<T> {
  return {
    output: graph.reshape(input, [-1, width * channels]),
    backward: (outputGradient) => ({
      input: graph.reshape(outputGradient, [-1, 1, width, channels]),
      parameters: [],
    }),
  };
}
