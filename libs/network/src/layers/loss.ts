import type { GraphBuilder, Tensor } from '../graph/graph-builder.ts';

/** The loss of a batch and what training needs of it. */
export interface Loss {
  /** Σ weight · cross-entropy / rows, a scalar: Keras's `sum_over_batch_size`, which divides by rows and not by the weights. */
  readonly mean: Tensor<'float32'>;
  /** The loss's gradient in the logits, rows × classes. */
  readonly gradient: Tensor<'float32'>;
  /** Rows whose largest logit is their class, a scalar; unweighted, as Keras's accuracy is. */
  readonly correct: Tensor<'float32'>;
}

/**
 * Weighted cross-entropy of softmax.
 *
 * @param logits rows × classes
 * @param classes each row's class, rows
 * @param weights each row's weight, rows
 */
export function crossEntropy(
  graph: GraphBuilder,
  logits: Tensor<'float32'>,
  classes: Tensor<'int32'>,
  weights: Tensor<'float32'>,
): Loss {
  const entropy = graph.sparseSoftmaxCrossEntropy(logits, classes);
  const share = graph.div(weights, graph.cast(graph.rowsOf(classes), 'float32'));
  return {
    mean: graph.sum(graph.mul(entropy.loss, share)),
    gradient: graph.mul(entropy.gradient, graph.reshape(share, [-1, 1])),
    correct: graph.sum(graph.cast(graph.equal(graph.argMax(logits), classes), 'float32')),
  };
}
