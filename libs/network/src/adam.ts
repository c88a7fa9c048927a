import type { Effect, GraphBuilder, Tensor, Variable } from './graph/graph-builder.ts';

/** Kingma & Ba 2015 (arXiv:1412.6980), with the constants that Keras has, epsilon included (the paper says 1e-8). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** What Adam remembers of a variable's gradients. */
export interface Moments {
  readonly mean: Variable;
  readonly variance: Variable;
}

/**
 * One step of Adam on every variable, as Keras takes it: with α = rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ), each variable changes by
 * −α · m / (√v + ε). Epsilon is added to the uncorrected √v; where it is added to the corrected one, as in tfjs's own Adam,
 * training departs from Keras at the second step.
 *
 * @param step t, counted from 1
 */
export function adam(
  graph: GraphBuilder,
  learningRate: Tensor<'float32'>,
  step: Tensor<'int32'>,
  updates: readonly { variable: Variable; moments: Moments; gradient: Tensor<'float32'> }[],
): Effect[] {
  const beta1 = graph.float(ADAM.beta1);
  const beta2 = graph.float(ADAM.beta2);
  const exponent = graph.cast(step, 'float32');
  const numbers = {
    beta1Power: graph.pow(beta1, exponent),
    beta2Power: graph.pow(beta2, exponent),
    learningRate,
    beta1,
    beta2,
    epsilon: graph.float(ADAM.epsilon),
  };
  return updates.map(({ variable, moments, gradient }) => graph.applyAdam(variable, moments, numbers, gradient));
}
