import type { GetPoolMapResponse, MapProgress, PoolMap } from '@spectrawl/contracts';

/** A map as the page holds it: one row a point, the labelled ones last. */
export interface PointCloud {
  readonly map: PoolMap;
  readonly size: number;
  /** Points from here on are labelled spectra. */
  readonly firstLabelled: number;
  readonly ids: readonly string[];
  /** Pool of a point. */
  readonly poolOf: (point: number) => string;
  /** −1 to 1, right and up. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Index in the campaign's classes. */
  readonly classes: Uint8Array;
  readonly probabilities: Float32Array;
}

/**
 * Puts a map together from its stream.
 * @param onProgress is told how far the map is while it is computed
 * @throws {Error} when the stream ends before the map is complete
 */
export async function gatherMap(
  parts: AsyncIterable<GetPoolMapResponse>,
  onProgress: (progress: MapProgress) => void,
): Promise<PointCloud> {
  let gathering: Gathering | undefined;
  for await (const { part } of parts) {
    if (part.case === 'progress') onProgress(part.value);
    else if (part.case === 'map') gathering = new Gathering(part.value);
    else if (part.case === 'points') gathering?.add(part.value);
  }
  if (!gathering?.isComplete) throw new Error('the map broke off: load it again');
  return gathering.cloud;
}

type Points = Extract<GetPoolMapResponse['part'], { case: 'points' }>['value'];

class Gathering {
  readonly #pools: { from: number; poolId: string }[] = [];
  readonly #ids: string[] = [];
  readonly #x: Float32Array;
  readonly #y: Float32Array;
  readonly #classes: Uint8Array;
  readonly #probabilities: Float32Array;
  readonly #map: PoolMap;

  constructor(map: PoolMap) {
    const size = map.points + map.labelledPoints;
    this.#map = map;
    this.#x = new Float32Array(size);
    this.#y = new Float32Array(size);
    this.#classes = new Uint8Array(size);
    this.#probabilities = new Float32Array(size);
  }

  get isComplete(): boolean {
    return this.#ids.length === this.#x.length;
  }

  get cloud(): PointCloud {
    const pools = this.#pools;
    return {
      map: this.#map,
      size: this.#ids.length,
      firstLabelled: this.#map.points,
      ids: this.#ids,
      poolOf: (point) => pools.findLast(({ from }) => from <= point)?.poolId ?? this.#map.poolId,
      x: this.#x,
      y: this.#y,
      classes: this.#classes,
      probabilities: this.#probabilities,
    };
  }

  add({ poolId, spectrumIds, x, y, classIndices, probabilities }: Points): void {
    const at = this.#ids.length;
    if (this.#pools.at(-1)?.poolId !== poolId) this.#pools.push({ from: at, poolId });
    this.#ids.push(...spectrumIds);
    this.#x.set(x, at);
    this.#y.set(y, at);
    this.#classes.set(classIndices, at);
    this.#probabilities.set(probabilities, at);
  }
}
