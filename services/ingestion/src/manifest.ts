import type { Manifest } from '@spectrawl/pool';
import { FEATURE_GRID, PREPROCESSING_DEFINITION } from '@spectrawl/spectra';
import type { PoolRow, ShardRow } from './pool.repository.ts';

/** The table of contents of a pool. @param shards all of them, by number */
export function manifestOf(pool: PoolRow, shards: readonly ShardRow[], sealTime: Date): Manifest {
  return {
    pool: pool.pool_id,
    surveys: pool.surveys,
    preprocessing: { version: pool.preprocessing_version, parameters: flat(PREPROCESSING_DEFINITION) },
    features: { start: FEATURE_GRID.from, end: FEATURE_GRID.to, count: FEATURE_GRID.points },
    shards: shards.map((shard) => ({
      number: shard.number,
      key: shard.shard_key,
      rows: shard.rows,
      bytes: shard.bytes,
      sha256: shard.sha256,
      spectraKey: shard.spectra_key,
      reservoirKey: shard.reservoir_key,
      minId: shard.min_id,
      maxId: shard.max_id,
    })),
    counts: {
      in: pool.received,
      stored: pool.stored,
      quarantined: pool.quarantined,
      duplicates: pool.duplicates,
    },
    sealedAt: sealTime.toISOString(),
  };
}

interface Parameters {
  readonly [name: string]: number | string | boolean | Parameters;
}

/** Parameters in one level, as `grid.from`. */
function flat(parameters: Parameters, prefix = ''): Record<string, number | string | boolean> {
  const entries = Object.entries(parameters).map(([name, value]) =>
    typeof value === 'object' ? flat(value, `${prefix}${name}.`) : { [`${prefix}${name}`]: value },
  );
  return Object.assign({}, ...entries) as Record<string, number | string | boolean>;
}
