import { randomUUID } from 'node:crypto';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { IngestFilesRequestSchema } from '@spectrawl/contracts';
import { status } from '@spectrawl/grpc';
import { openObjectStore } from '@spectrawl/object-store';
import { shardKey } from '@spectrawl/pool';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  messages,
  newFolder,
  numbers,
  remove,
  startIngestion,
  upload,
  type IngestionAtWork,
  type SentFile,
} from './ingestion-at-work.ts';
import { goodFile } from './spoiled-files.ts';

/** Rows of a shard here: an upload of a few files commits several times. */
const SHARD_ROWS = 4;
const LEASE_SECONDS = 0.5;
const SETTINGS = { shardRows: SHARD_ROWS, leaseSeconds: LEASE_SECONDS, maxFileBytes: 2 ** 22 };

type Message = MessageInitShape<typeof IngestFilesRequestSchema>;

const open = (poolId: string, survey = 'auto'): Message => ({
  payload: { case: 'open', value: { poolId, survey } },
});
const piece = (path: string, bytes: number, last = true): Message => ({
  payload: { case: 'piece', value: { path, data: new Uint8Array(bytes), last } },
});

let folder: string;
let at: IngestionAtWork;
beforeAll(async () => {
  folder = await newFolder();
  at = await startIngestion(folder, SETTINGS);
});
afterAll(async () => {
  await at.stop();
  await remove(folder);
});

async function send(sent: readonly Message[]): Promise<void> {
  async function* stream() {
    yield* sent;
  }
  for await (const answer of at.ingestion.ingestFiles(stream())) expect(answer.committed).toBe(false);
}

/** Files one after the other, and then none for as long as the caller likes. */
class PausedUpload {
  readonly #goOn = Promise.withResolvers<void>();
  readonly #abort = new AbortController();
  readonly done: Promise<boolean>;

  constructor({ ingestion }: Pick<IngestionAtWork, 'ingestion'>, poolId: string, files: readonly SentFile[]) {
    const goOn = this.#goOn.promise;
    async function* sent() {
      yield* files;
      await goOn;
    }
    const answers = ingestion.ingestFiles(messages(poolId, sent()), { signal: this.#abort.signal });
    this.done = (async () => {
      let committed = false;
      for await (const answer of answers) committed = answer.committed;
      return committed;
    })();
    this.done.catch(() => undefined);
  }

  /** Ends the upload as it should end; resolves to whether it is committed. */
  async finish(): Promise<boolean> {
    this.#goOn.resolve();
    return await this.done;
  }

  /** Leaves without a word; resolves when the call has failed of it. */
  async leave(): Promise<unknown> {
    this.#abort.abort();
    this.#goOn.resolve();
    return await this.done.catch((error: unknown) => error);
  }
}

/** Resolves when so many shards of a pool are committed. */
async function committed({ ingestion }: IngestionAtWork, poolId: string, shards: number): Promise<void> {
  const look = async () =>
    expect((await ingestion.getPool({ poolId })).pool?.shardCount).toBeGreaterThanOrEqual(shards);
  await vi.waitFor(look, { timeout: 60_000, interval: 20 });
}

const countsOf = async ({ ingestion }: IngestionAtWork, poolId: string) =>
  numbers((await ingestion.getPool({ poolId })).pool?.counts);

const files = Array.from({ length: 11 }, (_, i) => goodFile(i + 100));

describe('a pool', () => {
  it('is created once for a request, and its name is taken then', async () => {
    const requestId = randomUUID();
    const { pool } = await at.ingestion.createPool({ requestId, poolId: 'once' });
    expect(numbers(pool?.counts)).toEqual({ received: 0, stored: 0, quarantined: 0, duplicates: 0 });
    expect((await at.ingestion.createPool({ requestId, poolId: 'once' })).pool).toEqual(pool);
    await expect(at.ingestion.createPool({ requestId: randomUUID(), poolId: 'once' })).rejects.toMatchObject({
      reason: 'POOL_EXISTS',
    });
    await expect(at.ingestion.createPool({ requestId, poolId: 'twice' })).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
    });
  });

  it.each(['', 'Upper', '-dash', 'under_score', 'a'.repeat(64)])('cannot be named "%s"', async (poolId) => {
    await expect(at.ingestion.createPool({ requestId: randomUUID(), poolId })).rejects.toMatchObject({
      reason: 'BAD_REQUEST',
    });
  });

  it('is listed by name, page by page', async () => {
    for (const poolId of ['zz-1', 'zz-0', 'zz-2']) await at.ingestion.createPool({ requestId: randomUUID(), poolId });
    const names: string[] = [];
    for (let pageToken = ''; ;) {
      const page = await at.ingestion.listPools({ pageSize: 2, pageToken });
      names.push(...page.pools.map(({ poolId }) => poolId));
      pageToken = page.nextPageToken;
      if (pageToken === '') break;
    }
    expect(names).toEqual(names.toSorted());
    expect(names.slice(-3)).toEqual(['zz-0', 'zz-1', 'zz-2']);
  });

  it('is not sealed while it is empty', async () => {
    const poolId = await at.newPool();
    await expect(at.ingestion.sealPool({ poolId })).rejects.toMatchObject({ reason: 'POOL_EMPTY' });
  });
});

describe('an upload', () => {
  it('to no pool, or of no known survey, is refused with what there is', async () => {
    await expect(send([open('nowhere')])).rejects.toMatchObject({ reason: 'POOL_NOT_FOUND' });
    const poolId = await at.newPool();
    await expect(send([open(poolId, 'gaia')])).rejects.toMatchObject({
      reason: 'UNKNOWN_SURVEY',
      message: expect.stringMatching(/gaia.*auto, lamost, ondrejov, sdss/),
    });
  });

  it.each<[what: string, sent: (poolId: string) => Message[]]>([
    ['that does not begin with open', () => [piece('a.fits', 1)]],
    ['that says nothing', () => []],
    ['that opens twice', (poolId) => [open(poolId), open(poolId)]],
    ['that mixes files', (poolId) => [open(poolId), piece('a.fits', 1, false), piece('b.fits', 1)]],
    ['whose file has no path', (poolId) => [open(poolId), piece('', 1)]],
    ['whose path is too long', (poolId) => [open(poolId), piece('a'.repeat(1025), 1)]],
    ['whose piece is too big', (poolId) => [open(poolId), piece('a.fits', 2 ** 20 + 1)]],
    ['that ends within a file', (poolId) => [open(poolId), piece('a.fits', 1, false)]],
  ])('%s is refused, and the next one is not', async (_, sent) => {
    const poolId = await at.newPool();
    await expect(send(sent(poolId))).rejects.toMatchObject({ reason: 'BAD_UPLOAD' });
    expect((await upload(at, poolId, files.slice(0, 1))).counts.stored).toBe(1);
    expect(await at.spooled()).toEqual([]);
  });

  it('of nothing is committed, and changes nothing', async () => {
    const poolId = await at.newPool();
    const { counts } = await upload(at, poolId, []);
    expect(counts).toEqual({ received: 0, stored: 0, quarantined: 0, duplicates: 0 });
  });

  it('keeps others and the seal away from its pool until it ends', async () => {
    const poolId = await at.newPool();
    const first = new PausedUpload(at, poolId, files.slice(0, SHARD_ROWS + 1));
    await committed(at, poolId, 1);
    await expect(upload(at, poolId, files)).rejects.toMatchObject({ reason: 'POOL_BUSY' });
    await expect(at.ingestion.sealPool({ poolId })).rejects.toMatchObject({ reason: 'POOL_BUSY' });
    expect(await first.finish()).toBe(true);
    expect((await upload(at, poolId, files)).counts).toMatchObject({ stored: files.length - SHARD_ROWS - 1 });
    expect((await at.ingestion.sealPool({ poolId })).pool?.shardCount).toBe(4);
  });

  it('whose caller leaves keeps its full shards and drops the rest, and is simply repeated', async () => {
    const poolId = await at.newPool();
    const first = new PausedUpload(at, poolId, files.slice(0, 2 * SHARD_ROWS + 1));
    await committed(at, poolId, 2);
    expect(await first.leave()).toMatchObject({ code: status.CANCELLED });
    const stored = 2 * SHARD_ROWS;
    expect(await countsOf(at, poolId)).toEqual({ received: stored, stored, quarantined: 0, duplicates: 0 });
    const again = await upload(at, poolId, files);
    expect(again.counts).toEqual({ received: 11, stored: 3, quarantined: 0, duplicates: stored });
    expect(await at.spooled()).toEqual([]);
  });

  it('that knows a spectrum as another one refuses it, also among those not yet written', async () => {
    const poolId = await at.newPool();
    const [a, b] = files as [SentFile, SentFile];
    const { counts, quarantined } = await upload(at, poolId, [
      a,
      { path: a.path, bytes: b.bytes },
      // The one that was refused is in no shard: its content is still new.
      b,
      { path: `again/${b.path}`, bytes: b.bytes },
      { path: a.path, bytes: b.bytes },
    ]);
    expect(quarantined.map(({ reason, source }) => [reason, source])).toEqual([['id-taken', a.path]]);
    expect(counts).toEqual({ received: 5, stored: 2, quarantined: 1, duplicates: 2 });
  });

  it('gives the same pool in whatever pieces it comes', async () => {
    const [whole, parts] = [await at.newPool(), await at.newPool()];
    await upload(at, whole, files);
    async function* small() {
      yield open(parts);
      for (const { path, bytes } of files) {
        for (let start = 0; start < bytes.length; start += 1000) {
          const data = bytes.subarray(start, start + 1000);
          yield { payload: { case: 'piece' as const, value: { path, data, last: start + 1000 >= bytes.length } } };
        }
      }
    }
    for await (const answer of at.ingestion.ingestFiles(small())) expect(answer.bytes).toBeGreaterThan(0n);
    const sizes = async (poolId: string) =>
      (await at.ingestion.listShards({ poolId })).shards.map(({ rows, bytes }) => [rows, bytes]);
    expect(await sizes(parts)).toHaveLength(3);
    expect(await countsOf(at, parts)).toEqual(await countsOf(at, whole));
  });
});

describe('a process that dies within an upload', () => {
  it('loses only what was not committed; the next one takes over and resumes', async () => {
    const poolId = await at.newPool();
    const dying = new PausedUpload(at, poolId, files.slice(0, 2 * SHARD_ROWS + 1));
    await committed(at, poolId, 2);

    // The directories as a power cut would leave them: the lease is held, and a shard is half written.
    const remains = await newFolder();
    await cp(join(folder, 'database'), join(remains, 'database'), {
      recursive: true,
      filter: (path) => !/(?:lock\.json|\.sock)$/.test(path),
    });
    await cp(join(folder, 'objects'), join(remains, 'objects'), { recursive: true });
    const objects = await openObjectStore({ kind: 'filesystem', directory: join(remains, 'objects') });
    await objects.put(shardKey(poolId, 2), Buffer.from('half a shard'));
    expect(await dying.finish()).toBe(true);

    const next = await startIngestion(remains, SETTINGS);
    try {
      const stored = 2 * SHARD_ROWS;
      expect(await countsOf(next, poolId)).toMatchObject({ received: stored, stored });
      expect((await upload(next, poolId, files)).counts).toEqual({
        received: 11,
        stored: 3,
        quarantined: 0,
        duplicates: stored,
      });
      const { pool } = await next.ingestion.sealPool({ poolId });
      expect(numbers(pool?.counts)).toEqual({ received: 11 + stored, stored: 11, quarantined: 0, duplicates: stored });
      for (const { path } of files) {
        const spectrumId = path.replace(/^.*\/(.*)\.fits$/, '$1');
        expect((await next.ingestion.getSpectrum({ poolId, spectrumId })).spectrum?.features).toHaveLength(140);
      }
    } finally {
      await next.stop();
      await remove(remains);
    }
  });
});
