import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  CrossMatchCatalogueRequest_CatalogueSchema,
  CrossMatchCatalogueRequestSchema,
  ScoreFilterSchema,
  ScoreOrderSchema,
  type CrossMatchCatalogueRequest,
} from '@spectrawl/contracts';
import { openDatabase } from '@spectrawl/database';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import { FEATURE_COUNT, scoresKey, writeScores } from '@spectrawl/pool';
import { CLASSES, storePool } from '@spectrawl/testing';
import { InferenceConfig } from '../src/config.ts';
import { CrossMatchCatalogue } from '../src/cross-match/cross-match-catalogue.ts';
import { CrossMatchRepository, type CrossMatchRow } from '../src/cross-match/cross-match.repository.ts';
import { ListCatalogueMatches } from '../src/cross-match/list-catalogue-matches.ts';
import { ExportScores } from '../src/scores/export-scores.ts';
import { QueryScores, type ScorePage, type ScorePageRequest } from '../src/scores/query-scores.ts';
import { ScoredPools } from '../src/scores/scored-pools.ts';
import { ScoringRunRepository } from '../src/scoring-run.repository.ts';
import type { Tables } from '../src/tables.ts';

export const CAMPAIGN = 'sky';

/** A scored spectrum as the test knows it. */
export interface SkySpectrum {
  id: string;
  probabilities: number[];
  uncertainty: number;
  labelled: boolean;
  designation?: string;
  ra?: number;
  dec?: number;
  snr?: number;
}

/** Pseudo-random numbers from 0 to 1, the same in every run (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Spectra over the whole sky, more of them at the poles and around 0 hours; some of the survey's statements are missing. */
function skySpectra(rows: readonly number[]): SkySpectrum[][] {
  const random = randomNumbers(7);
  return rows.map((count, shard) =>
    Array.from({ length: count }, (_, row) => {
      const emission = random() < 0.2 ? Math.fround(random()) : Math.fround(0.1 * random());
      const single = Math.fround(emission * random());
      const where = random();
      const dec =
        where < 0.1 ? 89 + random() : where < 0.2 ? -90 + random() : (Math.asin(2 * random() - 1) * 180) / Math.PI;
      const ra = where > 0.8 ? (359 + 2 * random()) % 360 : 360 * random();
      return {
        id: `spec-${shard}-${String(row).padStart(5, '0')}`,
        // Ties in many rows: what is rounded is equal.
        probabilities: [1 - emission, single, emission - single].map(Math.fround),
        uncertainty: Math.fround(Math.round(random() * 20) / 20),
        labelled: random() < 0.05,
        ...(random() < 0.9 && { designation: `J${String(Math.floor(random() * 1e6)).padStart(6, '0')}` }),
        ...(random() < 0.95 && { ra, dec }),
        ...(random() < 0.8 && { snr: Math.fround(100 * random()) }),
      };
    }),
  );
}

/** A store that tells nobody where its files lie, as a bucket does. */
function likeBucket(store: ObjectStore): ObjectStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'file') return () => undefined;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

export interface ScoredSky {
  /** By shard and row. */
  shards: SkySpectrum[][];
  store: ObjectStore;
  /** Where copies and temporary files go. */
  scratch: string;
  page(request?: {
    filter?: MessageInitShape<typeof ScoreFilterSchema>;
    order?: MessageInitShape<typeof ScoreOrderSchema>;
    size?: number;
    pageToken?: string;
    skip?: number;
    iteration?: number;
    campaignId?: string;
  }): Promise<ScorePage>;
  export(format: string, filter?: MessageInitShape<typeof ScoreFilterSchema>): Promise<Uint8Array>;
  match(
    file: Uint8Array,
    catalogue?: Partial<MessageInitShape<typeof CrossMatchCatalogueRequest_CatalogueSchema>>,
  ): Promise<CrossMatchRow>;
  matches: ListCatalogueMatches;
  close(): Promise<void>;
}

/**
 * A pool that was scored, and the parts of the service that search it.
 * @param inPlace whether the store's objects are files that can be read where they lie
 */
export async function openScoredSky({
  inPlace = true,
  copies = 4096,
  rows = [3000, 1, 2500],
} = {}): Promise<ScoredSky> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-sky-'));
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  const directory = join(folder, 'store');
  const files = await openObjectStore({ kind: 'filesystem', directory });
  const store = inPlace ? files : likeBucket(files);
  const shards = skySpectra(rows);
  const features = new Float32Array(FEATURE_COUNT);
  await storePool(
    store,
    'sky-pool',
    shards.map((spectra) => spectra.map((spectrum) => ({ ...spectrum, features }))),
  );
  for (const [shard, spectra] of shards.entries()) {
    const probabilities = Float32Array.from(spectra.flatMap((spectrum) => spectrum.probabilities));
    const bytes = await writeScores(
      {
        id: spectra.map(({ id }) => id),
        probabilities,
        model_probabilities: probabilities,
        uncertainty: Float32Array.from(spectra, ({ uncertainty }) => uncertainty),
        excluded: spectra.map(({ labelled }) => labelled),
      },
      {
        campaign: CAMPAIGN,
        iteration: 0,
        pool: 'sky-pool',
        shard,
        models: ['m'],
        classes: CLASSES,
        strategy: 'margin',
      },
    );
    await store.put(scoresKey(CAMPAIGN, 0, shard), bytes);
  }
  const server = await openDatabase({ kind: 'pglite', directory: 'memory' });
  const database = await server.forService<Tables>('inference', new URL('../migrations/', import.meta.url));
  const now = new Date('2026-11-22T12:00:00Z');
  const run = { campaign_id: CAMPAIGN, model_id: 'm', shards_planned: shards.length, create_time: now };
  await database.db
    .insertInto('scoring_runs')
    .values([
      { ...run, scoring_run_id: `${CAMPAIGN}-0`, iteration: 0, shards_scored: shards.length, end_time: now },
      { ...run, scoring_run_id: `${CAMPAIGN}-1`, iteration: 1, shards_scored: 1, end_time: null },
    ])
    .execute();
  await database.db
    .insertInto('scored_shards')
    .values(
      shards.map((spectra, shard) => ({
        scoring_run_id: `${CAMPAIGN}-0`,
        shard,
        rows: spectra.length,
        scores_key: scoresKey(CAMPAIGN, 0, shard),
      })),
    )
    .execute();

  const config = InferenceConfig.parse({ query: { directory: scratch, memory: 128, threads: 2, copies } });
  const pools = new ScoredPools(new ScoringRunRepository(database), store, config);
  const crossMatches = new CrossMatchRepository(database);
  const querying = new QueryScores(pools, crossMatches);
  const matching = new CrossMatchCatalogue(pools, crossMatches, store, config, () => now);
  const exporting = new ExportScores(pools, querying, config, () => now);
  return {
    shards,
    store,
    scratch,
    page({ filter, order, ...rest } = {}) {
      const request: ScorePageRequest = { campaignId: CAMPAIGN, size: 50, pageToken: '', skip: 0, ...rest };
      if (filter) request.filter = create(ScoreFilterSchema, filter);
      if (order) request.order = create(ScoreOrderSchema, order);
      return querying.page(request);
    },
    async export(format, filter) {
      const question = { campaignId: CAMPAIGN, ...(filter && { filter: create(ScoreFilterSchema, filter) }) };
      const pieces: Uint8Array[] = [];
      for await (const piece of exporting.export(question, format, new AbortController().signal)) pieces.push(piece);
      return Buffer.concat(pieces);
    },
    match: (file, catalogue) => matching.match(sent(file, catalogue)),
    matches: new ListCatalogueMatches(pools, crossMatches),
    async close() {
      await pools.onModuleDestroy();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function* sent(
  file: Uint8Array,
  catalogue: Partial<MessageInitShape<typeof CrossMatchCatalogueRequest_CatalogueSchema>> = {},
): AsyncIterable<CrossMatchCatalogueRequest> {
  const value = create(CrossMatchCatalogueRequest_CatalogueSchema, {
    campaignId: CAMPAIGN,
    name: 'mine',
    fileName: 'mine.csv',
    ...(catalogue as object),
  });
  yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'catalogue', value } });
  for (let from = 0; from < file.length; from += 1000) {
    const data = new Uint8Array(file.subarray(from, from + 1000));
    yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'data', value: data } });
  }
}
