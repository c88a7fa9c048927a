import { createHash } from 'node:crypto';
import { createDraw } from '@spectrawl/active-learning';
import {
  FEATURE_COUNT,
  manifestKey,
  reservoirKey,
  shardKey,
  spectraKey,
  writeManifest,
  writeReservoir,
  writeShard,
  type Manifest,
  type ManifestShard,
} from '@spectrawl/pool';

/** A spectrum of a test's pool. What is not given the survey does not state. */
export interface PoolSpectrum {
  id: string;
  /** 140 values from -1 to 1 */
  features: Float32Array;
  designation?: string;
  /** ICRS, degrees */
  ra?: number;
  dec?: number;
  snr?: number;
}

/** Where objects are put. */
interface Objects {
  put(key: string, bytes: Uint8Array): Promise<unknown>;
}

const PREPROCESSING = 'test-1';

/**
 * Writes a sealed pool as ingestion would: shards, reservoirs and the manifest; the spectra at full resolution are left out.
 * @param shards the spectra of each shard, in any order
 * @param reservoirRows random rows kept beside each shard
 */
export async function storePool(
  objects: Objects,
  pool: string,
  shards: readonly (readonly PoolSpectrum[])[],
  reservoirRows = 64,
): Promise<Manifest> {
  const stored: ManifestShard[] = [];
  for (const [number, spectra] of shards.entries()) {
    stored.push(await storeShard(objects, pool, number, spectra, reservoirRows));
  }
  const rows = stored.reduce((sum, shard) => sum + shard.rows, 0);
  const manifest: Manifest = {
    pool,
    surveys: ['test'],
    preprocessing: { version: PREPROCESSING, parameters: {} },
    // Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122: angstrom in vacuum.
    features: { start: 6519, end: 6732, count: FEATURE_COUNT },
    shards: stored,
    counts: { in: rows, stored: rows, quarantined: 0, duplicates: 0 },
    sealedAt: '2026-11-22T12:00:00.000Z',
  };
  await objects.put(manifestKey(pool), new TextEncoder().encode(writeManifest(manifest)));
  return manifest;
}

async function storeShard(
  objects: Objects,
  pool: string,
  number: number,
  spectra: readonly PoolSpectrum[],
  reservoirRows: number,
): Promise<ManifestShard> {
  const rows = spectra.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ids = rows.map(({ id }) => id);
  const nothing = rows.map(() => null);
  const bytes = await writeShard(
    {
      id: ids,
      designation: rows.map(({ designation }) => designation ?? null),
      obsid: nothing,
      ra: rows.map(({ ra }) => ra ?? null),
      dec: rows.map(({ dec }) => dec ?? null),
      snr: rows.map(({ snr }) => snr ?? null),
      class: nothing,
      subclass: nothing,
      survey: rows.map(() => 'test'),
      source: rows.map(({ id }) => `${id}.fits`),
      mjd: nothing,
      features: featuresOf(rows),
    },
    { pool, shard: number, preprocessing: PREPROCESSING, featureCount: FEATURE_COUNT },
  );
  await objects.put(shardKey(pool, number), bytes);

  const draw = createDraw(0, 'exploration');
  const drawn = rows
    .map((row, at) => ({ ...row, at, priority: draw(row.id) }))
    .sort((a, b) => a.priority - b.priority)
    .slice(0, reservoirRows);
  const reservoir = await writeReservoir(
    {
      id: drawn.map(({ id }) => id),
      row: Int32Array.from(drawn, ({ at }) => at),
      priority: Float64Array.from(drawn, ({ priority }) => priority),
      features: featuresOf(drawn),
    },
    { pool, shard: number, shardRows: rows.length, seed: '0', featureCount: FEATURE_COUNT },
  );
  await objects.put(reservoirKey(pool, number), reservoir);

  return {
    number,
    key: shardKey(pool, number),
    rows: rows.length,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    spectraKey: spectraKey(pool, number),
    reservoirKey: reservoirKey(pool, number),
    minId: ids[0] ?? '',
    maxId: ids.at(-1) ?? '',
  };
}

function featuresOf(rows: readonly PoolSpectrum[]): Float32Array {
  const features = new Float32Array(rows.length * FEATURE_COUNT);
  for (const [at, row] of rows.entries()) features.set(row.features, at * FEATURE_COUNT);
  return features;
}
