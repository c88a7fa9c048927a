import { create } from '@bufbuild/protobuf';
import {
  IngestionService,
  Pool_State,
  PoolSchema,
  ShardSchema,
  type GetPoolRequest,
  type ListShardsRequest,
} from '@spectrawl/contracts';
import { page, pageRequest, ServiceError, type ServiceHandlers } from '@spectrawl/grpc';
import type { Manifest } from '@spectrawl/pool';
import { answersOnly } from './answers-only.ts';

/** Shards of one page, so few that a test's pool has several pages. */
const SHARDS_A_PAGE = 2;

/** Answers GetPool and ListShards as ingestion does, about pools that `storePool` wrote and about open ones. */
export function ingestionStandIn(
  sealed: readonly Manifest[],
  openPools: readonly string[] = [],
): ServiceHandlers<typeof IngestionService> {
  return answersOnly(IngestionService, {
    async getPool({ poolId }: GetPoolRequest) {
      if (openPools.includes(poolId)) return { pool: create(PoolSchema, { poolId, state: Pool_State.OPEN }) };
      const { shards, counts } = manifestOf(sealed, poolId);
      const { stored, quarantined, duplicates } = counts;
      return {
        pool: create(PoolSchema, {
          poolId,
          state: Pool_State.SEALED,
          shardCount: shards.length,
          counts: {
            received: BigInt(counts.in),
            stored: BigInt(stored),
            quarantined: BigInt(quarantined),
            duplicates: BigInt(duplicates),
          },
        }),
      };
    },
    async listShards({ poolId, pageToken }: ListShardsRequest) {
      const { after } = pageRequest({ pageSize: 0, pageToken });
      const left = manifestOf(sealed, poolId).shards.filter(({ number }) => number > Number(after ?? -1));
      const { rows, nextPageToken } = page(left, SHARDS_A_PAGE, ({ number }) => String(number));
      const shards = rows.map(({ number, rows: count, key, spectraKey, reservoirKey, sha256, bytes }) =>
        create(ShardSchema, {
          poolId,
          number,
          rows: count,
          shardKey: key,
          spectraKey,
          reservoirKey,
          sha256,
          bytes: BigInt(bytes),
        }),
      );
      return { shards, nextPageToken };
    },
  });
}

function manifestOf(sealed: readonly Manifest[], poolId: string): Manifest {
  const manifest = sealed.find(({ pool }) => pool === poolId);
  if (manifest) return manifest;
  throw new ServiceError('POOL_NOT_FOUND', `there is no pool "${poolId}": list them with ListPools`);
}
