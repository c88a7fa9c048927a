import { fromJsonString } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { ModelSchema, type Model } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { NetworkError, weightsChecksum, type Architecture, type PredictionModel } from '@spectrawl/network';
import { InvalidObjectKeyError, ObjectNotFoundError, type ObjectStore } from '@spectrawl/object-store';
import { MODEL_FILES, modelKey } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';

/** A model as it lies in the object store. */
export interface StoredModel {
  model: Model;
  network: PredictionModel;
}

/** Models are immutable, so the last few are kept: a scoring run asks for the same one shard after shard. */
const MODELS_KEPT = 4;

@Injectable()
export class StoredModels {
  readonly #kept = new Map<string, Promise<StoredModel>>();

  constructor(@Inject(OBJECT_STORE) private readonly objects: ObjectStore) {}

  /** @throws {ServiceError} MODEL_NOT_FOUND */
  async get(modelId: string): Promise<StoredModel> {
    const known = this.#kept.get(modelId);
    this.#kept.delete(modelId);
    const stored = known ?? this.#read(modelId);
    this.#kept.set(modelId, stored);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MODELS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await stored;
    } catch (error) {
      this.#kept.delete(modelId);
      throw error;
    }
  }

  /** Reads it anew the next time: what could not be used may have been mended. */
  forget(modelId: string): void {
    this.#kept.delete(modelId);
  }

  async #read(modelId: string): Promise<StoredModel> {
    try {
      const [description, architecture, weights] = await Promise.all(
        [MODEL_FILES.description, MODEL_FILES.architecture, MODEL_FILES.weights].map((file) =>
          this.objects.get(modelKey(modelId, file)),
        ),
      );
      const text = new TextDecoder();

      const model = fromJsonString(ModelSchema, text.decode(description), { ignoreUnknownFields: true });
      if (weightsChecksum(weights!) !== model.weightsSha256) {
        throw new NetworkError(
          'INVALID_WEIGHTS',
          `the weights of model "${modelId}" are not those that were trained: their checksum is another one`,
        );
      }
      const network = {
        architecture: JSON.parse(text.decode(architecture)) as Architecture,
        weights: weights!,
        key: model.weightsSha256,
      };
      return { model, network };
    } catch (error) {
      const isMissing = [ObjectNotFoundError, InvalidObjectKeyError, RangeError].some((kind) => error instanceof kind);
      if (!isMissing) throw error;
      throw new ServiceError('MODEL_NOT_FOUND', `there is no model "${modelId}": list them with ListModels`);
    }
  }
}
