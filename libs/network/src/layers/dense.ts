import type { GraphBuilder, Real, Tensor } from '../graph/graph-builder.ts';
import type { LayerPass } from './layer.ts';

/**
 * Every input to every unit: input · kernel + bias, with ReLU or as it is (the logits, for the softmax of the loss).
 *
 * @param input rows × inputs
 * @param kernel inputs × units
 * @param bias units
 */
export function dense<T extends Real>(
  graph: GraphBuilder,
  input: Tensor<T>,
  kernel: Tensor<T>,
  bias: Tensor<T>,
  activation: 'relu' | 'none',
): LayerPass<T> {
  const sum = graph.biasAdd(graph.matMul(input, kernel), bias);
  const output = activation === 'relu' ? graph.relu(sum) : sum;
  return {
    output,
    backward: (outputGradient) => {
      const gradient = activation === 'relu' ? graph.reluGrad(outputGradient, output) : outputGradient;
      return {
        input: graph.matMul(gradient, kernel, { right: true }),
        parameters: [graph.matMul(input, gradient, { left: true }), graph.biasAddGrad(gradient)],
      };
    },
  };
}
