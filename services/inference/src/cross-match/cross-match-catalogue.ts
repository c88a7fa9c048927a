import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { CrossMatchCatalogueRequest, CrossMatchCatalogueRequest_Catalogue } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import type { ObjectStore } from '@spectrawl/object-store';
import type { ParquetQueries } from '@spectrawl/parquet-query';
import { crossMatchKey } from '@spectrawl/pool';
import { CLOCK, CONFIG, OBJECT_STORE, type Clock } from '@spectrawl/runtime';
import type { InferenceConfig } from '../config.ts';
import { ScoredPools } from '../scores/scored-pools.ts';
import { CrossMatchRepository, type CrossMatchRow } from './cross-match.repository.ts';
import { knownStatement, pairsStatement, rowsStatement, type MatchFiles } from './match-statements.ts';
import { readCatalogueFile } from './read-catalogue-file.ts';

/** Limits of the contract; arc seconds and bytes. */
const RADIUS = { byDefault: 3, least: 0.01, most: 60 };
const MOST_BYTES = 128 * 2 ** 20;
/** Bytes after gunzip. */
const MOST_PLAIN_BYTES = 2 ** 30;
/** Each reads a catalogue into memory. */
const MOST_AT_ONCE = 2;

/** Compares a catalogue with the spectra that a campaign scored, by position on the sky. */
@Injectable()
export class CrossMatchCatalogue {
  #underWay = 0;
  #made = 0;

  constructor(
    @Inject(ScoredPools) private readonly pools: ScoredPools,
    @Inject(CrossMatchRepository) private readonly crossMatches: CrossMatchRepository,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(CONFIG) private readonly config: Pick<InferenceConfig, 'query'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws {ServiceError} BAD_REQUEST, BAD_CATALOGUE, SCORING_RUN_NOT_FOUND, TOO_MANY_CALLS */
  async match(requests: AsyncIterable<CrossMatchCatalogueRequest>): Promise<CrossMatchRow> {
    if (this.#underWay >= MOST_AT_ONCE) {
      throw new ServiceError('TOO_MANY_CALLS', `${this.#underWay} catalogues are being matched: send it again later`);
    }
    this.#underWay++;
    const folder = await mkdtemp(join(this.config.query.directory, 'catalogue-'));
    try {
      const file = join(folder, 'sent');
      const { catalogue, digest } = await receive(requests, file);
      return await this.#matchFile(catalogue, digest, file, folder);
    } finally {
      this.#underWay--;
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #matchFile(
    catalogue: CrossMatchCatalogueRequest_Catalogue,
    fileDigest: string,
    file: string,
    folder: string,
  ): Promise<CrossMatchRow> {
    const { campaignId, name } = catalogue;
    const radius = catalogue.radius === 0 ? RADIUS.byDefault : catalogue.radius;
    const pool = await this.pools.find(campaignId);
    const columns = { ra: catalogue.raColumn, dec: catalogue.decColumn, name: catalogue.nameColumn };
    const positions = join(folder, 'positions.parquet');
    const facts = await readCatalogueFile({ from: file, to: positions, columns, maxBytes: MOST_PLAIN_BYTES });
    const results = { rows: join(folder, 'rows.parquet'), known: join(folder, 'known.parquet') };
    const counts = await this.pools.use(pool, undefined, async ({ shards }, queries) =>
      matchPositions(queries, { catalogue: positions, shards }, radius, `pairs_${this.#made++}`, results),
    );
    const digest = createHash('sha256')
      .update(JSON.stringify([fileDigest, radius, columns, pool.poolId]))
      .digest('hex')
      .slice(0, 16);
    const keys = {
      rows: crossMatchKey(campaignId, name, digest, 'rows'),
      known: crossMatchKey(campaignId, name, digest, 'known'),
    };
    await this.objects.put(keys.rows, createReadStream(results.rows));
    await this.objects.put(keys.known, createReadStream(results.known));
    const row: CrossMatchRow = {
      campaign_id: campaignId,
      name,
      file_name: catalogue.fileName,
      radius,
      rows: facts.rows,
      matched: counts.matched,
      unmatched: facts.positions - counts.matched,
      rejected: facts.rejected,
      problems: facts.problems,
      known_spectra: counts.known,
      columns: facts.columns,
      rows_key: keys.rows,
      known_key: keys.known,
      create_time: this.clock(),
    };
    await this.crossMatches.keep(row);
    return row;
  }
}

/** Writes what came, and tells what it is. @throws {ServiceError} BAD_REQUEST, BAD_CATALOGUE */
async function receive(requests: AsyncIterable<CrossMatchCatalogueRequest>, path: string) {
  let catalogue: CrossMatchCatalogueRequest_Catalogue | undefined;
  const digest = createHash('sha256');
  let bytes = 0;
  await using file = await open(path, 'w');
  for await (const { part } of requests) {
    if (part.case === 'catalogue' && catalogue === undefined) {
      catalogue = part.value;
      checkCatalogue(catalogue);
    } else if (part.case === 'data' && catalogue !== undefined) {
      bytes += part.value.length;
      if (bytes > MOST_BYTES) {
        throw new ServiceError(
          'BAD_CATALOGUE',
          `the file has more than ${MOST_BYTES / 2 ** 20} MiB: gzip it, or leave out columns that are not needed`,
        );
      }
      digest.update(part.value);
      await file.write(part.value);
    } else {
      throw new ServiceError('BAD_REQUEST', 'a catalogue is one message "catalogue" and then messages "data"');
    }
  }
  if (catalogue === undefined || bytes === 0)
    throw new ServiceError('BAD_REQUEST', 'the catalogue is empty: send its file');
  return { catalogue, digest: digest.digest('hex') };
}

function checkCatalogue({ name, radius }: CrossMatchCatalogueRequest_Catalogue): void {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
    throw new ServiceError(
      'BAD_REQUEST',
      `name is "${name}": give 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit`,
    );
  }
  if (radius !== 0 && !(radius >= RADIUS.least && radius <= RADIUS.most)) {
    throw new ServiceError('BAD_REQUEST', `radius is ${radius}: give ${RADIUS.least} to ${RADIUS.most} arc seconds`);
  }
}

/** Matches positions and writes the results as Parquet. @param table a name of ours for the pairs */
async function matchPositions(
  queries: ParquetQueries,
  files: MatchFiles,
  radius: number,
  table: string,
  results: { rows: string; known: string },
): Promise<{ matched: number; known: number }> {
  const pairs = pairsStatement(files, radius, table);
  await queries.rows(pairs.sql, pairs.parameters);
  try {
    for (const [statement, to] of [
      [rowsStatement(files, table), results.rows],
      [knownStatement(files, table), results.known],
    ] as const) {
      await queries.rows(
        `COPY (${statement.sql}) TO '${to.replaceAll("'", "''")}' (FORMAT parquet)`,
        statement.parameters,
      );
    }
    const [counts] = await queries.rows(
      `SELECT count(DISTINCT "row") AS matched, count(DISTINCT (shard, rownr)) AS known FROM ${table}`,
    );
    return { matched: Number(counts?.['matched']), known: Number(counts?.['known']) };
  } finally {
    await queries.rows(`DROP TABLE ${table}`);
  }
}
