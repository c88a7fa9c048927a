import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { openPredictor, representationWidthOf, type PredictionModel, type Predictor } from '@spectrawl/network';
import { CONFIG } from '@spectrawl/runtime';
import { withSpan } from '@spectrawl/telemetry';
import type { InferenceConfig } from './config.ts';

/** The process pool that computes, for as long as the service lives. */
@Injectable()
export class Prediction implements OnModuleDestroy {
  readonly #predictor: Predictor;

  constructor(@Inject(CONFIG) { processes, precision }: Pick<InferenceConfig, 'processes' | 'precision'>) {
    this.#predictor = openPredictor({ processes, threadsPerProcess: 1, precision });
  }

  /** rows × classes probabilities of rows × 140 features, row-major. */
  async predict(network: PredictionModel, features: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    return await withSpan('compute probabilities', {}, () =>
      this.#predictor.predict(network, features, signal ? { signal } : {}),
    );
  }

  /** What the last hidden layer gives: rows × representationWidth of rows × 140 features, row-major. */
  async represent(network: PredictionModel, features: Float32Array, signal?: AbortSignal): Promise<Float32Array> {
    return await this.#predictor.represent(network, features, signal ? { signal } : {});
  }

  /** Values that the last hidden layer gives of a row. */
  representationWidth({ architecture }: PredictionModel): number {
    return representationWidthOf(architecture);
  }

  onModuleDestroy(): void {
    this.#predictor.close();
  }
}
