import { Inject, Injectable } from '@nestjs/common';
import { sql, type ServiceDatabase } from '@spectrawl/database';
import { ServiceError } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';
import type { Tables } from './tables.ts';

/** What of some spectra a pool has already. */
export interface KnownSpectra {
  /** Of the ids asked for. */
  ids: ReadonlySet<string>;
  /** Of the content hashes asked for. */
  hashes: ReadonlySet<string>;
}

/** The index of the pools' spectra. Hashes and fingerprints are hexadecimal. */
@Injectable()
export class SpectrumRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** Where a spectrum lies. @throws {ServiceError} SPECTRUM_NOT_FOUND */
  async find(poolId: string, spectrumId: string): Promise<{ shard: number; row: number }> {
    const found = await this.database.db
      .selectFrom('spectra')
      .select(['shard', 'row'])
      .where('pool_id', '=', poolId)
      .where('spectrum_id', '=', spectrumId)
      .executeTakeFirst();
    if (found) return found;
    throw new ServiceError(
      'SPECTRUM_NOT_FOUND',
      `pool "${poolId}" has no spectrum "${spectrumId}": ids are file names without extension, or the id column of a table`,
    );
  }

  /** Which of these ids and content hashes a pool has. */
  async known(poolId: string, ids: string[], hashes: string[]): Promise<KnownSpectra> {
    if (ids.length === 0) return { ids: new Set(), hashes: new Set() };
    const { rows } = await sql<{ spectrum_id: string; hash: string }>`
      SELECT spectrum_id, encode(content_hash, 'hex') AS hash FROM spectra
      WHERE pool_id = ${poolId} AND spectrum_id = ANY(${ids}::text[])
      UNION
      SELECT spectrum_id, encode(content_hash, 'hex') FROM spectra
      WHERE pool_id = ${poolId} AND content_hash IN (SELECT decode(h, 'hex') FROM unnest(${hashes}::text[]) h)
    `.execute(this.database.db);
    return { ids: new Set(rows.map((row) => row.spectrum_id)), hashes: new Set(rows.map((row) => row.hash)) };
  }

  /** Which of these fingerprints of unusable inputs a pool's quarantine has. */
  async quarantined(poolId: string, fingerprints: string[]): Promise<ReadonlySet<string>> {
    if (fingerprints.length === 0) return new Set();
    const { rows } = await sql<{ fingerprint: string }>`
      SELECT encode(fingerprint, 'hex') AS fingerprint FROM quarantined_inputs
      WHERE pool_id = ${poolId} AND fingerprint IN (SELECT decode(f, 'hex') FROM unnest(${fingerprints}::text[]) f)
    `.execute(this.database.db);
    return new Set(rows.map((row) => row.fingerprint));
  }
}
