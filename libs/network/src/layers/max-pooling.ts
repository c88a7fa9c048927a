import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { LayerPass } from './layer.ts';

/** The largest of each `size` neighbours along the width. Input rows × 1 × width × channels; of equals, the first gets the gradient. */
export function maxPooling<T extends Real>(graph: GraphBuilder, input: Tensor<T>, size: number): LayerPass<T> {
  const output = graph.maxPool(input, size);
  return {
    output,
    backward: (outputGradient) => ({
      input: graph.maxPoolGrad(input, output, outputGradient, size),
      parameters: [],
    }),
  };
}
