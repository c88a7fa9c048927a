import { classCountOf, parametersOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { EarlyStopping } from './early-stopping.ts';
import type { Real } from './graph/graph-builder.ts';
import { NetworkError } from './network-error.ts';

/** A training: with the same request on the same machine, the same weights to the last bit. */
export interface TrainingRequest {
  readonly architecture: Architecture;
  /** n × inputWidth, row-major. */
  readonly features: Float32Array;
  /** Each row's class, n. */
  readonly classes: Uint8Array;
  readonly classCount: number;
  /** Each row's weight in the loss, n; 1 for all by default. */
  readonly exampleWeights?: Float32Array;
  /** Whether SMOTE first fills every class up to the size of the largest. */
  readonly balance: 'smote' | 'none';
  readonly batchSize: number;
  readonly maxEpochs: number;
  readonly earlyStopping: EarlyStopping;
  readonly learningRate: number;
  /** Unsigned, 32 bits: decides initial weights, SMOTE, the order of the rows and dropout. */
  readonly seed: number;
  /** What the layers compute in; weights are float32 in any case. See `supportsBfloat16`. */
  readonly precision: Real;
  /** Weights to start from, in safetensors format; drawn from the seed by default. */
  readonly initialWeights?: Uint8Array;
  /** Processor cores to use. */
  readonly threads: number;
}

/** One epoch of a training. */
export interface EpochRecord {
  /** Mean over the rows as they were trained on (weighted, with dropout), as Keras reports it. */
  readonly loss: number;
  /** Share of rows classified right as they were trained on, unweighted. */
  readonly accuracy: number;
  readonly seconds: number;
}

/** The outcome of a training. */
export interface TrainedNetwork {
  /** The weights of the best epoch, in safetensors format. */
  readonly weights: Uint8Array;
  readonly history: readonly EpochRecord[];
  /** Counted from 1. */
  readonly bestEpoch: number;
  /** Epochs run. */
  readonly epochs: number;
}

/** Where a training stands, told after each epoch. */
export interface TrainingProgress {
  /** Counted from 1. */
  readonly epoch: number;
  /** At most so many. */
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Rows a second, in this epoch. */
  readonly examplesPerSecond: number;
  /** At most so many: early stopping may come sooner. */
  readonly secondsLeft: number;
}

/**
 * Checks a request against itself.
 *
 * @throws {NetworkError} INVALID_REQUEST
 */
export function checkTrainingRequest(request: TrainingRequest): void {
  const { architecture, features, classes, classCount, exampleWeights } = request;
  parametersOf(architecture);
  const rows = classes.length;
  require(rows > 0, 'there are no rows to learn from');
  require(features.length ===
    rows * architecture.inputWidth, `${features.length} features for ${rows} rows of ${architecture.inputWidth}`);
  require(classCountOf(architecture) ===
    classCount, `the architecture tells ${classCountOf(architecture)} classes apart, the request says ${classCount}`);
  const outside = classes.findIndex((label) => label >= classCount);
  require(outside < 0, `row ${outside} is of class ${classes[outside]}, but there are only ${classCount}`);
  const notFinite = features.findIndex((value) => !Number.isFinite(value));
  require(notFinite < 0, `row ${Math.floor(notFinite / architecture.inputWidth)} holds a feature that is not a number`);
  require(exampleWeights === undefined ||
    exampleWeights.length === rows, `${exampleWeights?.length} weights for ${rows} rows`);
  require(exampleWeights?.every((weight) => weight >= 0 && Number.isFinite(weight)) ??
    true, 'a weight of a row is negative or not a number');
  for (const name of ['batchSize', 'maxEpochs', 'threads'] as const) {
    require(Number.isSafeInteger(request[name]) &&
      request[name] > 0, `${name} is ${request[name]}, not a positive integer`);
  }
  require(request.learningRate > 0 && Number.isFinite(request.learningRate), `learningRate is ${request.learningRate}`);
  require(request.seed >>> 0 === request.seed, `seed ${request.seed} is not an unsigned 32-bit integer`);
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new NetworkError('INVALID_REQUEST', `training: ${otherwise}`);
}
