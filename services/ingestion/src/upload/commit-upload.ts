import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { shardIngested, ShardIngestedSchema } from '@spectrawl/contracts';
import { jsonb, sql, type Transaction } from '@spectrawl/database';
import type { Ledger } from '@spectrawl/event-bus';
import { ServiceError } from '@spectrawl/grpc';
import { ObjectExistsError, type ObjectStore } from '@spectrawl/object-store';
import { reservoirKey, shardKey, spectraKey } from '@spectrawl/pool';
import { CLOCK, CONFIG, LEDGER, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { IngestionConfig } from '../config.ts';
import { Parsers } from '../parsing/parsers.ts';
import type { UnusableParsed } from '../parsing/parsed-batch.ts';
import type { WrittenShard } from '../parsing/write-shard-files.ts';
import { reservoirSeed } from '../reservoir-seed.ts';
import type { Tables } from '../tables.ts';
import type { PoolLease } from './pool-leases.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { UploadCounts } from './upload-counts.ts';

/** Index rows of one statement. */
const ROWS_A_STATEMENT = 8192;

/** What an upload has gathered since it committed last. */
export interface Gathered {
  poolId: string;
  lease: PoolLease;
  /** Number of the next shard. */
  shard: number;
  rows: RowBuffer;
  quarantined: (UnusableParsed & { fingerprint: string })[];
  counts: UploadCounts;
}

/** Makes gathered rows part of their pool: writes the objects of a shard, then all that tells of them in one transaction. */
@Injectable()
export class CommitUpload {
  constructor(
    @Inject(Parsers) private readonly parsers: Parsers,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: IngestionConfig,
  ) {}

  /** @throws {ServiceError} POOL_BUSY where another upload has taken the pool over; nothing is committed then */
  async commit(gathered: Gathered): Promise<void> {
    const { poolId, lease, quarantined, counts } = gathered;
    const shard = gathered.rows.rows > 0 ? await this.#writeShard(gathered) : undefined;
    await this.ledger.transaction(async (tx) => {
      await lease.hold(tx.db);
      const { surveys } = await tx.db
        .selectFrom('pools')
        .select('surveys')
        .where('pool_id', '=', poolId)
        .executeTakeFirstOrThrow();
      if (shard) {
        await indexSpectra(tx.db, poolId, gathered.shard, shard);
        const { ids: _, hashes: __, rowOf: ___, surveys: ____, ...row } = shard;
        await tx.db
          .insertInto('shards')
          .values({ pool_id: poolId, number: gathered.shard, ...row })
          .execute();
        const { rows, shard_key: key } = row;
        tx.publish(shardIngested, create(ShardIngestedSchema, { poolId, shard: gathered.shard, rows, shardKey: key }));
      }
      await this.#quarantine(tx.db, poolId, quarantined);
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

  async #writeShard({ poolId, shard: number, rows }: Gathered) {
    const { contentHashes, spool, ...taken } = await rows.take();
    const directory = dirname(spool);
    const ids = taken.facts.map(({ id }) => id);
    const surveys = new Set(taken.facts.map(({ survey }) => survey));
    const reservoir = { rows: this.config.reservoirRows, seed: reservoirSeed(poolId) };
    const written = await this.parsers.writeShardFiles({ ...taken, directory, spool, pool: poolId, number, reservoir });
    await rm(spool);
    const keys = keysOf(poolId, number);
    await this.#put(poolId, keys.shard_key, written.shard);
    await this.#put(poolId, keys.spectra_key, written.spectra);
    await this.#put(poolId, keys.reservoir_key, written.reservoir);
    const { bytes, sha256 } = written.shard;
    const { rows: rowOf, minId: min_id, maxId: max_id } = written;
    return { ids, hashes: contentHashes, rowOf, surveys, rows: ids.length, ...keys, bytes, sha256, min_id, max_id };
  }

  async #put(poolId: string, key: string, { path }: WrittenShard['shard']): Promise<void> {
    try {
      // An upload that lost its lease without knowing must not replace what its successor has written.
      await this.objects.put(key, createReadStream(path), { ifAbsent: true });
    } catch (error) {
      if (!(error instanceof ObjectExistsError)) throw error;
      throw new ServiceError('POOL_BUSY', `pool "${poolId}" is being written by another upload: send this one again`);
    }
    await rm(path);
  }

  async #quarantine(tx: Transaction<Tables>, poolId: string, quarantined: Gathered['quarantined']): Promise<void> {
    const time = this.clock();
    for (let start = 0; start < quarantined.length; start += ROWS_A_STATEMENT) {
      const part = quarantined.slice(start, start + ROWS_A_STATEMENT);
      await tx
        .insertInto('quarantined_inputs')
        .values(
          part.map(({ source, reason, message, fingerprint }) => ({
            pool_id: poolId,
            source,
            reason,
            message,
            fingerprint: Buffer.from(fingerprint, 'hex'),
            create_time: time,
          })),
        )
        .execute();
    }
  }
}

/** Arrays as parameters: a statement with a parameter for each value would take ten times as long to parse. */
async function indexSpectra(
  tx: Transaction<Tables>,
  poolId: string,
  number: number,
  { ids, hashes, rowOf }: { ids: string[]; hashes: string[]; rowOf: Uint32Array },
): Promise<void> {
  for (let start = 0; start < ids.length; start += ROWS_A_STATEMENT) {
    const end = start + ROWS_A_STATEMENT;
    await sql`
      INSERT INTO spectra (pool_id, spectrum_id, shard, row, content_hash)
      SELECT ${poolId}, id, ${number}::integer, row, decode(hash, 'hex')
      FROM unnest(${ids.slice(start, end)}::text[], ${Array.from(rowOf.subarray(start, end))}::integer[],
        ${hashes.slice(start, end)}::text[]) AS added (id, row, hash)
    `.execute(tx);
  }
}

function keysOf(poolId: string, shard: number) {
  return {
    shard_key: shardKey(poolId, shard),
    spectra_key: spectraKey(poolId, shard),
    reservoir_key: reservoirKey(poolId, shard),
  };
}
