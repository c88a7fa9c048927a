import type { Real, Tensor } from '../graph/graph-builder.ts';

/** What a layer's backward pass gives: gradients of the loss. */
export interface LayerGradients<T extends Real> {
  /** In the layer's input. */
  readonly input: Tensor<T>;
  /** In its kernel and bias; none for a layer that learns nothing. */
  readonly parameters: readonly Tensor<T>[];
}

/** A layer's forward pass, and how to go back through it. Operations whose result nobody fetches are never run. */
export interface LayerPass<T extends Real> {
  readonly output: Tensor<T>;
  readonly backward: (outputGradient: Tensor<T>) => LayerGradients<T>;
}
