import { Inject, Injectable } from '@nestjs/common';
import { ServiceError } from '@spectrawl/grpc';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { openShard, shardKey, type ShardColumn } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import type { StoredSpectrum } from './get-spectrum.ts';
import { IndexPositions } from './index-positions.ts';
import { PoolRepository } from './pool.repository.ts';
import { SkyIndex, type IndexedSpectrum } from './sky-index.ts';
import { SpectrumRepository } from './spectrum.repository.ts';

/** The contract's limits, arcseconds. A fibre of LAMOST is 3.3 arcseconds wide (Cui et al. 2012, RAA 12, 1197). */
const RADIUS = { byDefault: 3, most: 60 };
const MOST_EPOCHS = 100;

const FACTS = [
  'id',
  'designation',
  'obsid',
  'ra',
  'dec',
  'snr',
  'class',
  'subclass',
  'survey',
  'source',
  'mjd',
] as const satisfies readonly ShardColumn[];

/** Another spectrum of the same object. */
export interface Epoch {
  facts: StoredSpectrum['facts'];
  /** Arcseconds; absent where the object is known by its name only. */
  separation?: number;
}

/** Finds the other spectra of a spectrum's object: an index look-up, then a few pages of the shards that hold them. */
@Injectable()
export class FindEpochs {
  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(SpectrumRepository) private readonly index: SpectrumRepository,
    @Inject(SkyIndex) private readonly sky: SkyIndex,
    @Inject(IndexPositions) private readonly indexing: IndexPositions,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /**
   * @param radiusArcsec 0 means 3
   * @returns nearest first, and the number of shards that could not be looked at yet
   * @throws {ServiceError} POOL_NOT_FOUND, SPECTRUM_NOT_FOUND, BAD_REQUEST
   */
  async find(
    poolId: string,
    spectrumId: string,
    radiusArcsec: number,
  ): Promise<{ epochs: Epoch[]; shardsPending: number }> {
    if (!(radiusArcsec >= 0 && radiusArcsec <= RADIUS.most)) {
      throw new ServiceError('BAD_REQUEST', `radius_arcsec is ${radiusArcsec}: give 0 to ${RADIUS.most}`);
    }
    await this.pools.pool(poolId);
    const place = await this.index.find(poolId, spectrumId);
    const [own] = await this.#facts(poolId, [place]);
    const shardsPending = await this.indexing.begin(poolId);
    const found = await this.#sameObject(poolId, own!.facts, radiusArcsec || RADIUS.byDefault);
    const others = found.filter(({ shard, row }) => shard !== place.shard || row !== place.row);
    return { epochs: await this.#facts(poolId, others.slice(0, MOST_EPOCHS)), shardsPending };
  }

  async #sameObject(poolId: string, { ra, dec, designation }: StoredSpectrum['facts'], radius: number) {
    if (ra !== null && dec !== null) return await this.sky.around(poolId, { ra, dec }, radius);
    return designation === null ? [] : await this.sky.named(poolId, designation);
  }

  /** What the shards say of the given rows, in the same order. */
  async #facts(poolId: string, places: readonly IndexedSpectrum[]): Promise<Epoch[]> {
    const facts = new Map<IndexedSpectrum, Epoch['facts']>();
    await Promise.all(
      [...new Set(places.map(({ shard }) => shard))].map(async (shard) => {
        const here = places.filter((place) => place.shard === shard);
        const file = await openShard(await rangedObject(this.objects, shardKey(poolId, shard)));
        const columns = await file.read({ columns: FACTS, rows: here.map(({ row }) => row) });
        for (const [at, place] of here.entries()) {
          const row = Object.fromEntries(FACTS.map((name) => [name, columns[name][at]]));
          facts.set(place, row as Epoch['facts']);
        }
      }),
    );
    return places.map((place) => ({
      facts: facts.get(place)!,
      ...(place.separation !== undefined && { separation: place.separation }),
    }));
  }
}
