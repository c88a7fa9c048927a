import { Inject, Injectable } from '@nestjs/common';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { readShard, readSpectrum, shardKey, spectraKey, type FullSpectrum, type ShardData } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { PoolRepository } from './pool.repository.ts';
import { SpectrumRepository } from './spectrum.repository.ts';

/** A spectrum as its shard holds it. */
export interface StoredSpectrum {
  facts: { [K in Exclude<keyof ShardData, 'features'>]: ShardData[K][number] };
  spectrum: FullSpectrum;
  features: Float32Array;
}

/** Reads one spectrum: its index row, then a few pages of two objects. */
@Injectable()
export class GetSpectrum {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(SpectrumRepository) private readonly index: SpectrumRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} POOL_NOT_FOUND, SPECTRUM_NOT_FOUND */
  async get(poolId: string, spectrumId: string): Promise<StoredSpectrum> {
    await this.pools.pool(poolId);
    const { shard, row } = await this.index.find(poolId, spectrumId);
    const [spectrum, { rows }] = await Promise.all([
      rangedObject(this.objects, spectraKey(poolId, shard)).then((object) => readSpectrum(object, row)),
      rangedObject(this.objects, shardKey(poolId, shard)).then((object) => readShard(object, { rows: [row] })),
    ]);
    const { features, ...columns } = rows;
    const facts = Object.fromEntries(Object.entries(columns).map(([name, [value]]) => [name, value]));
    return { facts: facts as StoredSpectrum['facts'], spectrum, features };
  }
}
