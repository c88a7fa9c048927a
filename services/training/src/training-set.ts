/** Where an example of a training set comes from. */
export type ExampleOrigin = 'seed' | 'query' | 'choice' | 'audit' | 'import' | 'pool-negative';

/** One spectrum that trains. */
export interface Example {
  poolId: string;
  spectrumId: string;
  /** Index of its class. */
  classIndex: number;
  weight: number;
  origin: ExampleOrigin;
  /** 140 values from -1 to 1. */
  features: Float32Array;
}

/** The examples in the order in which they train, as the network takes them. */
export interface TrainingArrays {
  features: Float32Array;
  classes: Uint8Array;
  weights: Float32Array;
}

/** Brings examples into an order that depends on nothing but what they are. */
export function compareExamples(a: Example, b: Example): number {
  if (a.poolId !== b.poolId) return a.poolId < b.poolId ? -1 : 1;
  if (a.spectrumId === b.spectrumId) return 0;
  return a.spectrumId < b.spectrumId ? -1 : 1;
}

export function trainingArrays(examples: readonly Example[], width: number): TrainingArrays {
  const features = new Float32Array(examples.length * width);
  for (const [at, example] of examples.entries()) features.set(example.features, at * width);
  return {
    features,
    classes: Uint8Array.from(examples, (example) => example.classIndex),
    weights: Float32Array.from(examples, (example) => example.weight),
  };
}

/** Labelled examples of each class; pool negatives are not labelled. */
export function classCounts(examples: readonly Example[], classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  for (const { classIndex, origin } of examples) {
    if (origin !== 'pool-negative') counts[classIndex] = (counts[classIndex] ?? 0) + 1;
  }
  return counts;
}
