import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { LayerPass } from './layer.ts';

/** A convolution's sizes: of its input, of its kernel. */
export interface ConvolutionSizes {
  readonly width: number;
  readonly channels: number;
  readonly size: number;
  readonly filters: number;
}

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
  sizes: ConvolutionSizes,
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
        parameters: [kernelGradient(graph, input, gradient, sizes), graph.biasAddGrad(gradient)],
      };
    },
  };
}

/**
 * The gradient in the kernel: for each of its places, the inputs that lay under it times the gradient in the outputs, summed over
 * rows and width, which is a product of two matrices. TensorFlow has an operation for the whole (Conv2DBackpropFilter), but its kernel
 * in bfloat16 takes three times as long as these products do.
 */
function kernelGradient<T extends Real>(
  graph: GraphBuilder,
  input: Tensor<T>,
  gradient: Tensor<T>,
  { width, channels, size, filters }: ConvolutionSizes,
): Tensor<T> {
  const outputs = width - size + 1;
  const gradientRows = graph.reshape(gradient, [-1, filters]);
  const places = Array.from({ length: size }, (_, place) => {
    const under = graph.slice(input, [0, 0, place, 0], [-1, -1, outputs, -1]);
    return graph.matMul(graph.reshape(under, [-1, channels]), gradientRows, { left: true });
  });
  return graph.reshape(graph.pack(input.type, places), [1, size, channels, filters]);
}
