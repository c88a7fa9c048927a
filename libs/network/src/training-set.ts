/** Labelled spectra to learn from. */
export interface TrainingSet {
  /** n × width, row-major. */
  readonly features: Float32Array;
  /** Each row's class, n. */
  readonly classes: Uint8Array;
  /** Each row's weight in the loss, n. */
  readonly exampleWeights: Float32Array;
}
