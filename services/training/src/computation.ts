import { Inject, Injectable } from '@nestjs/common';
import { openPredictor, type PredictionModel } from '@spectrawl/network';
import { CONFIG } from '@spectrawl/runtime';
import type { TrainingConfig } from './config.ts';

/** Predictions that a training needs: its processes live only as long as each of them. */
@Injectable()
export class Computation {
  constructor(@Inject(CONFIG) private readonly config: TrainingConfig) {}

  /** The most probable class of each of rows × 140 features. */
  async classify(
    network: PredictionModel,
    features: Float32Array,
    classCount: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const predictor = openPredictor({
      processes: 1,
      threadsPerProcess: this.config.threads,
      precision: 'float32',
    });
    try {
      const probabilities = await predictor.predict(network, features, { signal });
      const classes = new Uint8Array(probabilities.length / classCount);
      for (let row = 0; row < classes.length; row += 1) {
        const own = probabilities.subarray(row * classCount, (row + 1) * classCount);
        classes[row] = own.indexOf(Math.max(...own));
      }
      return classes;
    } finally {
      predictor.close();
    }
  }
}
