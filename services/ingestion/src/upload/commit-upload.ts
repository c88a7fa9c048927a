import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { shardIngested, ShardIngestedSchema } from '@spectrawl/contracts';
import { jsonb, sql, type Insertable, type Transaction } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { ObjectExistsError, type ObjectStore } from '@spectrawl/object-store';
import { reservoirKey, shardKey, spectraKey } from '@spectrawl/pool';
import { CLOCK, CONFIG, LEDGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { IngestionConfig } from '../config.ts';
import { Parsers } from '../parsing/parsers.ts';
import type { WrittenFile } from '../parsing/write-shard-files.ts';
import { reservoirSeed } from '../reservoir-seed.ts';
import { SkyIndex, type SkyColumns } from '../sky-index.ts';
import type { ShardsTable, Tables } from '../tables.ts';
import type { Gathering, Refusal } from './gathering.ts';
import type { PoolLease } from './pool-leases.ts';

/** Index rows of one statement. */
const ROWS_A_STATEMENT = 8192;

/** Makes gathered rows part of their pool: writes the objects of a shard, then all that tells of them in one transaction. */
@Injectable()
export class CommitUpload {
  constructor(
    @Inject(Parsers) private readonly parsers: Parsers,
    @Inject(SkyIndex) private readonly sky: SkyIndex,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** @throws {ServiceError} POOL_BUSY where another upload has taken the pool over; nothing is committed then */
  async commit(poolId: string, lease: PoolLease, gathering: Gathering): Promise<void> {
    const { counts } = gathering;
    const shard = gathering.rows.rows > 0 ? await this.#writeShard(poolId, gathering) : undefined;
    await this.ledger.transaction(async (tx) => {
      await lease.hold(tx.db);
      const { surveys } = await tx.db
        .selectFrom('pools')
        .select('surveys')
        .where('pool_id', '=', poolId)
        .executeTakeFirstOrThrow();
      if (shard) {
        const { number, rows, shard_key: shardKey } = shard.row;
        await indexSpectra(tx.db, shard);
        await this.sky.enter(tx.db, poolId, number, shard.sky);
        await tx.db.insertInto('shards').values(shard.row).execute();
        tx.publish(shardIngested, create(ShardIngestedSchema, { poolId, shard: number, rows, shardKey }));
      }
      await quarantine(tx.db, poolId, [...gathering.refusals.values()], this.clock());
      await tx.db
        .updateTable('pools')
        .set(({ eb }) => ({
          received: eb('received', '+', counts.received),
          stored: eb('stored', '+', counts.stored),
          quarantined: eb('quarantined', '+', counts.quarantined),
          duplicates: eb('duplicates', '+', counts.duplicates),
          shard_count: eb('shard_count', '+', shard ? 1 : 0),
          surveys: jsonb([...new Set([...surveys, ...(shard?.surveys ?? [])])].toSorted()),
        }))
        .where('pool_id', '=', poolId)
        .execute();
    });
  }

  /** Removes what an upload that died may have left of a shard which was never committed. */
  async removeLeftovers(poolId: string, shard: number): Promise<void> {
    for (const key of Object.values(keysOf(poolId, shard))) await this.objects.delete(key);
  }

  /** Writes the objects of a shard. */
  async #writeShard(poolId: string, { shard: number, rows }: Gathering): Promise<ShardToCommit> {
    const { contentHashes, surveys, ...closed } = await rows.close();
    const directory = await mkdtemp(join(dirname(closed.spool), 'shard-'));
    const reservoir = { rows: this.config.reservoirRows, seed: reservoirSeed(poolId) };
    const written = await this.parsers.writeShardFiles({ ...closed, directory, pool: poolId, number, reservoir });
    await rm(closed.spool);
    const keys = keysOf(poolId, number);
    await this.#put(poolId, keys.shard_key, written.shard);
    await this.#put(poolId, keys.spectra_key, written.spectra);
    await this.#put(poolId, keys.reservoir_key, written.reservoir);
    const { bytes, sha256 } = written.shard;
    const { minId: min_id, maxId: max_id } = written;
    return {
      ids: closed.ids,
      contentHashes,
      rowOf: written.rows,
      sky: written.sky,
      surveys,
      row: {
        pool_id: poolId,
        number,
        rows: closed.ids.length,
        ...keys,
        bytes,
        sha256,
        min_id,
        max_id,
        positions_indexed: true,
      },
    };
  }

  async #put(poolId: string, key: string, { path }: WrittenFile): Promise<void> {
    try {
      // An upload that lost its lease without knowing must not replace what its successor has written.
      await this.objects.put(key, createReadStream(path), { ifAbsent: true });
    } catch (error) {
      if (!(error instanceof ObjectExistsError)) throw error;
      throw new ServiceError('POOL_BUSY', `pool "${poolId}" is being written by another upload: send this one again`);
    }
    await rm(path);
  }
}

/** A shard whose objects are written. */
interface ShardToCommit {
  /** Of its spectra, in the order in which they came. */
  ids: string[];
  contentHashes: string[];
  /** Row of each in the shard. */
  rowOf: Uint32Array;
  /** Where its rows lie on the sky. */
  sky: SkyColumns;
  surveys: ReadonlySet<string>;
  row: Insertable<ShardsTable>;
}

/** Arrays as parameters: a statement with a parameter for each value would take ten times as long to parse. */
async function indexSpectra(tx: Transaction<Tables>, { ids, contentHashes, rowOf, row }: ShardToCommit): Promise<void> {
  for (let start = 0; start < ids.length; start += ROWS_A_STATEMENT) {
    const end = start + ROWS_A_STATEMENT;
    await sql`
      INSERT INTO spectra (pool_id, spectrum_id, shard, row, content_hash)
      SELECT ${row.pool_id}, id, ${row.number}::integer, row, decode(hash, 'hex')
      FROM unnest(${ids.slice(start, end)}::text[], ${Array.from(rowOf.subarray(start, end))}::integer[],
        ${contentHashes.slice(start, end)}::text[]) AS added (id, row, hash)
    `.execute(tx);
  }
}

async function quarantine(
  tx: Transaction<Tables>,
  poolId: string,
  refusals: readonly Refusal[],
  time: Date,
): Promise<void> {
  for (let start = 0; start < refusals.length; start += ROWS_A_STATEMENT) {
    const rows = refusals.slice(start, start + ROWS_A_STATEMENT).map(({ source, reason, message, fingerprint }) => ({
      pool_id: poolId,
      source,
      reason,
      message,
      fingerprint: Buffer.from(fingerprint, 'hex'),
      create_time: time,
    }));
    await tx.insertInto('quarantined_inputs').values(rows).execute();
  }
}

function keysOf(poolId: string, shard: number) {
  return {
    shard_key: shardKey(poolId, shard),
    spectra_key: spectraKey(poolId, shard),
    reservoir_key: reservoirKey(poolId, shard),
  };
}
