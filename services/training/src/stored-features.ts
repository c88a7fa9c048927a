import { Inject, Injectable } from '@nestjs/common';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import {
  FEATURE_COUNT,
  findFeatures,
  manifestKey,
  parseManifest,
  readBatch,
  readReservoir,
  type Manifest,
} from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';

/** A row of a pool's reservoir. */
export interface ReservoirRow {
  id: string;
  priority: number;
  features: Float32Array;
}

/** Features as they lie in the object store. */
@Injectable()
export class StoredFeatures {
  constructor(@Inject(OBJECT_STORE) private readonly objects: ObjectStore) {}

  /** Features of every spectrum asked in the batches, by id. */
  async ofBatches(keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const features = new Map<string, Float32Array>();
    for (const key of keys) {
      const { rows } = await readBatch(await rangedObject(this.objects, key));
      for (const [row, id] of rows.id.entries()) features.set(id, row140(rows.features, row));
    }
    return features;
  }

  /** Features of those of the ids that the pool holds. Reads only the row groups that may hold them. */
  async ofPool(poolId: string, ids: readonly string[]): Promise<Map<string, Float32Array>> {
    return await findFeatures(await this.#manifest(poolId), ids, (key) => rangedObject(this.objects, key));
  }

  /** A simple random sample of the pool, by rising priority: what the shards' reservoirs hold together. */
  async reservoir(poolId: string): Promise<ReservoirRow[]> {
    const reservoirs = await Promise.all(
      (await this.#manifest(poolId)).shards.map(async ({ reservoirKey }) =>
        readReservoir(await rangedObject(this.objects, reservoirKey)),
      ),
    );
    // A reservoir that holds all of its shard bounds nothing; of the others, only rows below every cut are a fair sample.
    const cut = Math.min(
      ...reservoirs.map(({ rows, description }) =>
        rows.id.length < description.shardRows ? (rows.priority.at(-1) ?? 1) : 1,
      ),
    );
    return reservoirs
      .flatMap(({ rows }) =>
        rows.id.map((id, at) => ({ id, priority: rows.priority[at] ?? 1, features: row140(rows.features, at) })),
      )
      .filter(({ priority }) => priority <= cut)
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
  }

  async #manifest(poolId: string): Promise<Manifest> {
    return parseManifest(new TextDecoder().decode(await this.objects.get(manifestKey(poolId))));
  }
}

function row140(features: Float32Array, row: number): Float32Array {
  return features.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT);
}
