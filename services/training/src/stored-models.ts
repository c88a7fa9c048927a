import { toJsonString } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { ModelSchema, type Model } from '@spectrawl/contracts';
import { weightsChecksum, type Architecture, type PredictionModel } from '@spectrawl/network';
import type { ObjectStore } from '@spectrawl/object-store';
import { column, MODEL_FILES, modelKey, writeTable } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import type { Example } from './training-set.ts';

/** Columns of a model's training set: what was trained on, so that it can be trained again. */
const TRAINING_SET = {
  pool: column.string,
  id: column.string,
  class: column.string,
  weight: column.float32,
  origin: column.string,
};

/** Models in the object store. Each is written once; writing it again after a crash writes the same bytes. */
@Injectable()
export class StoredModels {
  constructor(@Inject(OBJECT_STORE) private readonly objects: ObjectStore) {}

  weightsKey(modelId: string): string {
    return modelKey(modelId, MODEL_FILES.weights);
  }

  trainingSetKey(modelId: string): string {
    return modelKey(modelId, MODEL_FILES.trainingSet);
  }

  /** The description is written last: where it lies, the rest is complete. */
  async write(
    model: Model,
    architecture: Architecture,
    weights: Uint8Array,
    examples: readonly Example[],
  ): Promise<void> {
    const { modelId, classes } = model;
    await this.objects.put(this.weightsKey(modelId), weights);
    await this.objects.put(modelKey(modelId, MODEL_FILES.architecture), json(architecture));
    await this.objects.put(
      this.trainingSetKey(modelId),
      await writeTable(TRAINING_SET, {
        pool: examples.map(({ poolId }) => poolId),
        id: examples.map(({ spectrumId }) => spectrumId),
        class: examples.map(({ classIndex }) => classes[classIndex] ?? ''),
        weight: Float32Array.from(examples, ({ weight }) => weight),
        origin: examples.map(({ origin }) => origin),
      }),
    );
    const text = toJsonString(ModelSchema, model, { prettySpaces: 2 });
    await this.objects.put(modelKey(modelId, MODEL_FILES.description), new TextEncoder().encode(text));
  }

  /** @throws {ObjectNotFoundError} */
  async network(modelId: string): Promise<PredictionModel> {
    const weights = await this.objects.get(this.weightsKey(modelId));
    const architecture = await this.objects.get(modelKey(modelId, MODEL_FILES.architecture));
    return {
      architecture: JSON.parse(new TextDecoder().decode(architecture)) as Architecture,
      weights,
      key: weightsChecksum(weights),
    };
  }
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);
}
