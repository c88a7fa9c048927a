import { Inject, Injectable } from '@nestjs/common';
import type { ScoreSpectraRequest } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { Prediction } from './prediction.ts';
import { StoredModels } from './stored-model.ts';

const MOST_SPECTRA = 1000;

/** Scores feature vectors that the caller sends. */
@Injectable()
export class ScoreSpectra {
  constructor(
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(Prediction) private readonly prediction: Prediction,
  ) {}

  /** @throws {ServiceError} MODEL_NOT_FOUND, BAD_FEATURES */
  async score({ modelId, features }: ScoreSpectraRequest, signal: AbortSignal) {
    const { model, network } = await this.models.get(modelId);
    const { inputWidth } = network.architecture;
    const rows = features.length / inputWidth;
    if (!Number.isInteger(rows) || rows < 1 || rows > MOST_SPECTRA) {
      throw new ServiceError(
        'BAD_FEATURES',
        `features has ${features.length} values: send ${inputWidth} for each of 1 to ${MOST_SPECTRA} spectra`,
      );
    }
    const bad = features.findIndex((value) => !(value >= -1 && value <= 1));
    if (bad >= 0) {
      throw new ServiceError(
        'BAD_FEATURES',
        `spectrum ${Math.floor(bad / inputWidth)}, point ${bad % inputWidth} is ${features[bad]}: scale each spectrum to [-1, 1]`,
      );
    }
    const probabilities = await this.prediction.predict(network, Float32Array.from(features), signal);
    return { probabilities: [...probabilities], classes: model.classes };
  }
}
