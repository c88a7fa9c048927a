import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { Shape } from '../graph/saved-model.ts';
import type { LayerPass } from './layer.ts';

/**
 * A 1-D convolution, stride 1, no padding, with ReLU.
 *
 * @param input rows × 1 × width × channels
 * @param kernel 1 × size × channels × filters
 * @param bias filters
 */
export function convolution<T extends Real>(
  graph: GraphBuilder,
  input: Tensor<T>,
  kernel: Tensor<T>,
  kernelShape: Shape,
  bias: Tensor<T>,
): LayerPass<T> {
  // TensorFlow fuses these three into one operation, as long as nothing else looks at what lies between.
  const output = graph.relu(graph.biasAdd(graph.conv2D(input, kernel), bias));
  return {
    output,
    backward: (outputGradient) => {
      const gradient = graph.reluGrad(outputGradient, output);
      return {
        input: graph.conv2DBackpropInput(graph.shapeOf(input), kernel, gradient),
        parameters: [graph.conv2DBackpropFilter(input, kernelShape, gradient), graph.biasAddGrad(gradient)],
      };
    },
  };
}
