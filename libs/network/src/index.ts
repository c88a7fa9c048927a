export {
  classCountOf,
  parameterCount,
  representationWidthOf,
  skoda2020Network,
  SKODA_2020_CNN,
} from './architecture.ts';
export type { Architecture, Layer } from './architecture.ts';
export { seededRandom } from './seeded-random.ts';
export type { SeededRandom } from './seeded-random.ts';
export { supportsBfloat16 } from './bfloat16-support.ts';
export { confusionMatrix } from './confusion-matrix.ts';
export type { EarlyStopping } from './early-stopping.ts';
export { NetworkError } from './network-error.ts';
export type { NetworkErrorReason } from './network-error.ts';
export { openPredictor } from './predictor.ts';
export type { PredictionModel, Predictor, PredictorOptions } from './predictor.ts';
export { train } from './train.ts';
export type { TrainOptions } from './train.ts';
export type { EpochRecord, TrainedNetwork, TrainingProgress, TrainingRequest } from './training-request.ts';
export { decodeWeights, encodeWeights, weightsChecksum } from './weights.ts';
export type { Weights } from './weights.ts';
