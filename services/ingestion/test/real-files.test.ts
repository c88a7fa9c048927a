import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Pool_State, type QuarantinedInput } from '@spectrawl/contracts';
import { openObjectStore } from '@spectrawl/object-store';
import { parseManifest } from '@spectrawl/pool';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  newFolder,
  numbers,
  realFiles,
  remove,
  startIngestion,
  upload,
  type IngestionAtWork,
  type SentFile,
  type UploadReport,
} from './ingestion-at-work.ts';
import { goodFile, spoiledFiles } from './spoiled-files.ts';

const POOL = 'real';
/** Two of the bundled LAMOST spectra are zero around Hα. */
const FLAT_REAL_FILES = 2;
const FEATURE_COUNT = 140;

interface SeenShard {
  ids: string[];
  features: number[][];
  pixels: number[];
  flux: number[];
  medium: string[];
  reservoir: string[];
  survey: string[];
  source: string[];
}

/** Every file that a pool's export streams, by path; a path's pieces must follow one another. */
async function exported(at: IngestionAtWork, poolId: string, folders: string[] = []): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let pieces: Uint8Array[] = [];
  for await (const { path, data, last } of at.ingestion.exportPool({ poolId, folders })) {
    expect(data.byteLength).toBeLessThanOrEqual(2 ** 20);
    pieces.push(data);
    if (!last) continue;
    expect(files.has(path)).toBe(false);
    files.set(path, Buffer.concat(pieces));
    pieces = [];
  }
  expect(pieces).toEqual([]);
  return files;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the bundled files of all surveys, and files spoiled in every way', () => {
  let folder: string;
  let at: IngestionAtWork;
  let good: SentFile[];
  let sent: SentFile[];
  let report: UploadReport;
  const spoiled = spoiledFiles();

  beforeAll(async () => {
    folder = await newFolder();
    at = await startIngestion(folder, { shardRows: 200, reservoirRows: 30, maxFileBytes: 4 * 2 ** 20 });
    await at.ingestion.createPool({ requestId: randomUUID(), poolId: POOL });
    good = await realFiles();
    const [first, second] = good as [SentFile, SentFile];
    sent = [
      ...good,
      ...spoiled.map(({ file }) => file),
      // Once more under the same name, under another one, and another spectrum under a name that is taken.
      first,
      { path: `copies/${second.path.replace(/(\.fits)/, '-copy$1')}`, bytes: second.bytes },
      { path: `elsewhere/${first.path}`, bytes: goodFile(9).bytes },
      { path: 'spoiled/huge.fits', bytes: new Uint8Array(4 * 2 ** 20 + 1) },
    ];
    report = await upload(at, POOL, sent);
  });
  afterAll(async () => {
    await at.stop();
    await remove(folder);
  });

  it('are all accounted for, by the upload and by the pool', async () => {
    const stored = good.length - FLAT_REAL_FILES;
    const quarantined = spoiled.length + FLAT_REAL_FILES + 2;
    expect(report.counts).toEqual({ received: sent.length, stored, quarantined, duplicates: 2 });
    const { pool } = await at.ingestion.getPool({ poolId: POOL });
    expect(numbers(pool?.counts)).toEqual(report.counts);
    expect(pool).toMatchObject({ state: Pool_State.OPEN, surveys: ['indo-us', 'lamost', 'ondrejov', 'sdss'] });
    expect(report.answers.at(-1)).toMatchObject({ files: BigInt(sent.length), committed: true });
    const bytes = sent.reduce((sum, file) => sum + file.bytes.byteLength, 0);
    expect(report.answers.at(-1)?.bytes).toBe(BigInt(bytes));
  });

  it('are quarantined for what is wrong with them, in the order in which they came', async () => {
    const inputs: QuarantinedInput[] = [];
    let pageToken = '';
    do {
      const page = await at.ingestion.listQuarantinedInputs({ poolId: POOL, pageSize: 4, pageToken });
      expect(page.inputs.length).toBeLessThanOrEqual(4);
      inputs.push(...page.inputs);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    const listed = inputs.map(({ source, reason, message }) => ({ source, reason, message }));
    expect(listed).toEqual(report.quarantined.map(({ source, reason, message }) => ({ source, reason, message })));
    expect(
      listed.filter(({ source }) => source.startsWith('spoiled/')).map(({ source, reason }) => [source, reason]),
    ).toEqual([...spoiled.map(({ file, reason }) => [file.path, reason]), ['spoiled/huge.fits', 'too-large']]);
    expect(listed.filter(({ reason }) => reason === 'id-taken').map(({ source }) => source)).toEqual([
      `elsewhere/${good[0]!.path}`,
    ]);
    for (const { message, source } of listed) {
      expect(message.length).toBeGreaterThan(20);
      expect(message.startsWith(source)).toBe(true);
    }
  });

  it('are all duplicates when they are sent again', async () => {
    const before = await at.ingestion.listShards({ poolId: POOL });
    const again = await upload(at, POOL, sent);
    expect(again.counts).toEqual({ received: sent.length, stored: 0, quarantined: 0, duplicates: sent.length });
    expect(again.quarantined).toEqual([]);
    expect((await at.ingestion.listShards({ poolId: POOL })).shards).toEqual(before.shards);
  });

  it('lie in shards that are told of, and that have the rows they should', async () => {
    const { shards } = await at.ingestion.listShards({ poolId: POOL });
    expect(shards.map(({ number, rows }) => [number, rows])).toEqual([
      [0, 200],
      [1, 200],
      [2, good.length - FLAT_REAL_FILES - 400],
    ]);
    await vi.waitFor(() => expect(at.heard.shards).toHaveLength(3), { timeout: 30_000 });
    expect(at.heard.shards).toEqual(
      shards.map(({ number, rows, shardKey }) =>
        expect.objectContaining({ poolId: POOL, shard: number, rows, shardKey }),
      ),
    );
    const pages = [];
    for (let pageToken = ''; ;) {
      const page = await at.ingestion.listShards({ poolId: POOL, pageSize: 2, pageToken });
      pages.push(page.shards.map(({ number }) => number));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(pages).toEqual([[0, 1], [2]]);
    expect(await at.spooled()).toEqual([]);
  });

  it('are given back one by one as the survey has them', async () => {
    const { spectrum } = await at.ingestion.getSpectrum({
      poolId: POOL,
      spectrumId: 'spec-59588-GAC093N22B2_sp11-074',
    });
    expect(spectrum).toMatchObject({
      survey: 'lamost',
      medium: 'vacuum',
      source: 'lamost-dr10/spec-59588-GAC093N22B2_sp11-074.fits.gz',
      metadata: {
        designation: 'LAMOST J061345.91+243813.8',
        obsid: 966711074n,
        surveyClass: 'STAR',
        surveySubclass: 'A1',
      },
    });
    expect(spectrum?.wavelength).toHaveLength(3909);
    expect(spectrum?.flux).toHaveLength(3909);
    // Its file states inverse variances; Ondřejov's state nothing.
    expect(spectrum?.uncertainty).toHaveLength(3909);
    expect(spectrum?.uncertainty.filter((sigma) => sigma > 0).length).toBeGreaterThan(3000);
    const star = await at.ingestion.getSpectrum({ poolId: POOL, spectrumId: 'td240024' });
    expect(star.spectrum).toMatchObject({ survey: 'ondrejov', medium: 'air' });
    expect(star.spectrum?.metadata?.snr).toBeUndefined();
    expect(star.spectrum?.uncertainty).toEqual([]);
    await expect(at.ingestion.getSpectrum({ poolId: POOL, spectrumId: 'absent' })).rejects.toMatchObject({
      reason: 'SPECTRUM_NOT_FOUND',
    });
    await expect(at.ingestion.getSpectrum({ poolId: 'absent', spectrumId: 'x' })).rejects.toMatchObject({
      reason: 'POOL_NOT_FOUND',
    });
  });

  it('are exported only when sealed, byte by byte as they are stored, and pyarrow and DuckDB read them alike', async () => {
    await expect(exported(at, POOL)).rejects.toMatchObject({ reason: 'POOL_NOT_SEALED' });
    const { pool } = await at.ingestion.sealPool({ poolId: POOL });
    expect(pool).toMatchObject({ state: Pool_State.SEALED, shardCount: 3, manifestKey: `pools/${POOL}/manifest.json` });

    const files = await exported(at, POOL);
    const { shards } = await at.ingestion.listShards({ poolId: POOL });
    const manifest = parseManifest(Buffer.from(files.get('manifest.json')!).toString());
    expect([...files.keys()]).toEqual([
      ...shards.flatMap(({ number }) =>
        ['shards', 'spectra', 'reservoir'].map((kind) => `${kind}/part-0000${number}.parquet`),
      ),
      'manifest.json',
    ]);
    const objects = await openObjectStore({ kind: 'filesystem', directory: join(folder, 'objects') });
    for (const [path, bytes] of files) {
      expect(Buffer.compare(bytes, await objects.get(`pools/${POOL}/${path}`))).toBe(0);
    }
    for (const [i, shard] of manifest.shards.entries()) {
      const bytes = files.get(`shards/part-0000${i}.parquet`)!;
      expect(shard).toMatchObject({ sha256: sha256(bytes), bytes: bytes.byteLength, rows: shards[i]!.rows });
      expect(shards[i]).toMatchObject({ sha256: sha256(bytes), bytes: BigInt(bytes.byteLength) });
    }
    expect(manifest.counts).toMatchObject({ in: 2 * sent.length, stored: good.length - FLAT_REAL_FILES });

    const chosen = await exported(at, POOL, ['reservoir', 'shards']);
    expect([...chosen.keys()]).toEqual([...files.keys()].filter((path) => /^(shards|reservoir)\//.test(path)));
    for (const [path, bytes] of chosen) expect(Buffer.compare(bytes, files.get(path)!)).toBe(0);
    await expect(exported(at, POOL, ['models'])).rejects.toMatchObject({ reason: 'BAD_REQUEST' });

    const target = join(folder, 'exported');
    for (const [path, bytes] of files) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), bytes);
    }
    const seen = JSON.parse(await python(new URL('read_pool.py', import.meta.url), [target])) as SeenShard[];
    expect(seen.map(({ ids }) => ids.length)).toEqual(shards.map(({ rows }) => rows));
    expect(seen.map(({ reservoir }) => reservoir.length)).toEqual([30, 30, 30]);
    for (const { ids, features, pixels, flux, medium, survey, source } of seen) {
      expect(ids).toEqual(ids.toSorted());
      for (let i = 0; i < ids.length; i += 23) {
        const { spectrum } = await at.ingestion.getSpectrum({ poolId: POOL, spectrumId: ids[i]! });
        expect(spectrum?.features).toHaveLength(FEATURE_COUNT);
        expect(spectrum?.features).toEqual(features[i]);
        expect(spectrum?.flux).toHaveLength(pixels[i]!);
        expect(spectrum?.flux[0]).toBe(flux[i]);
        expect(spectrum).toMatchObject({ medium: medium[i], survey: survey[i], source: source[i] });
      }
    }
  });

  it('stay as they are once sealed', async () => {
    const before = await at.ingestion.getPool({ poolId: POOL });
    expect(await at.ingestion.sealPool({ poolId: POOL })).toMatchObject({ pool: before.pool });
    await expect(upload(at, POOL, [goodFile(20)])).rejects.toMatchObject({ reason: 'POOL_SEALED' });
    await vi.waitFor(() => expect(at.heard.sealed).toHaveLength(1), { timeout: 30_000 });
    expect(at.heard.sealed[0]).toMatchObject({ poolId: POOL, manifestKey: `pools/${POOL}/manifest.json` });
  });
});
