import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  IngestionService,
  poolSealed,
  shardIngested,
  type IngestFilesResponse,
  type PoolSealed,
  type QuarantinedInput,
  type ShardIngested,
} from '@spectrawl/contracts';
import { connect, type ServiceClient } from '@spectrawl/grpc';
import { defineService, hears, loadConfig, runServices } from '@spectrawl/runtime';
import { repositoryRoot } from '@spectrawl/testing';
import { z } from 'zod';
import { ingestionService } from '../src/service.ts';

const PIECE_BYTES = 2 ** 20;

/** A file as an upload sends it. */
export interface SentFile {
  path: string;
  bytes: Uint8Array;
}

/** What ingestion has said. */
class Listener {
  readonly shards: ShardIngested[] = [];
  readonly sealed: PoolSealed[] = [];

  async handle(event: ShardIngested | PoolSealed): Promise<void> {
    if ('manifestKey' in event) this.sealed.push(event);
    else this.shards.push(event);
  }
}

/** An ingestion service at work in a folder. */
export interface IngestionAtWork {
  address: string;
  folder: string;
  ingestion: ServiceClient<typeof IngestionService>;
  heard: Listener;
  /** Creates a pool of a new name. */
  newPool(): Promise<string>;
  /** What is left in the spool directory. */
  spooled(): Promise<string[]>;
  stop(): Promise<void>;
}

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'spectrawl-ingestion-'));

/** The configuration of a process in a folder, as YAML. */
export function configuration(folder: string, section: Record<string, unknown>): string {
  return JSON.stringify({
    grpc: { port: 0 },
    database: { kind: 'pglite', directory: join(folder, 'database') },
    objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
    eventBus: { kind: 'embedded' },
    services: { ingestion: { spoolDirectory: join(folder, 'spool'), ...section } },
  });
}

/** Starts ingestion on embedded adapters, and a service that hears what it says. */
export async function startIngestion(folder: string, section: Record<string, unknown> = {}): Promise<IngestionAtWork> {
  await mkdir(join(folder, 'spool'), { recursive: true });
  await mkdir(join(folder, 'no-migrations'), { recursive: true });
  const listener = new Listener();
  const listening = defineService({
    name: 'listening',
    config: z.strictObject({}),
    migrations: pathToFileURL(join(folder, 'no-migrations/')),
    grpc: [],
    consumes: [hears(shardIngested, Listener), hears(poolSealed, Listener)],
    produces: [],
    calls: [],
    module: { providers: [{ provide: Listener, useValue: listener }] },
  });
  const services = [ingestionService, listening];
  const running = await runServices(services, loadConfig(services, configuration(folder, section), {}));
  const channel = connect(running.address);
  const ingestion = channel.client(IngestionService);
  let pools = 0;
  return {
    address: running.address,
    folder,
    ingestion,
    heard: listener,
    async newPool() {
      const poolId = `pool-${(pools += 1)}`;
      await ingestion.createPool({ requestId: randomUUID(), poolId });
      return poolId;
    },
    spooled: () => readdir(join(folder, 'spool')),
    async stop() {
      channel.close();
      await running.stop();
    },
  };
}

/** The messages of an upload. */
export async function* messages(poolId: string, files: Iterable<SentFile> | AsyncIterable<SentFile>, survey = 'auto') {
  yield { payload: { case: 'open' as const, value: { poolId, survey } } };
  for await (const { path, bytes } of files) {
    for (let start = 0; start < bytes.byteLength; start += PIECE_BYTES) {
      const data = bytes.subarray(start, start + PIECE_BYTES);
      yield { payload: { case: 'piece' as const, value: { path, data } } };
    }
    yield { payload: { case: 'piece' as const, value: { path, last: true } } };
  }
}

/** All that an upload was answered. */
export interface UploadReport {
  counts: { received: number; stored: number; quarantined: number; duplicates: number };
  quarantined: QuarantinedInput[];
  answers: IngestFilesResponse[];
}

/** Uploads files to the end. */
export async function upload(
  { ingestion }: Pick<IngestionAtWork, 'ingestion'>,
  poolId: string,
  files: Iterable<SentFile> | AsyncIterable<SentFile>,
  survey = 'auto',
): Promise<UploadReport> {
  const answers: IngestFilesResponse[] = [];
  for await (const answer of ingestion.ingestFiles(messages(poolId, files, survey))) answers.push(answer);
  const last = answers.at(-1);
  if (!last?.committed) throw new Error('the upload did not end with a committed message');
  return { counts: numbers(last.counts), quarantined: answers.flatMap(({ quarantined }) => quarantined), answers };
}

/** Counts as numbers. */
export function numbers(counts: IngestFilesResponse['counts']): UploadReport['counts'] {
  if (!counts) throw new Error('counts are missing');
  const { received, stored, quarantined, duplicates } = counts;
  return {
    received: Number(received),
    stored: Number(stored),
    quarantined: Number(quarantined),
    duplicates: Number(duplicates),
  };
}

const REAL_SPECTRA = join(repositoryRoot, 'libs/testing/data/real-spectra');

/** The bundled files of surveys, by path. */
export async function realFiles(folder = ''): Promise<SentFile[]> {
  const paths = await readdir(join(REAL_SPECTRA, folder), { recursive: true });
  const files = paths.filter((path) => /\.fits(\.gz)?$/.test(path)).toSorted();
  return await Promise.all(
    files.map(async (path) => ({ path: join(folder, path), bytes: await readFile(join(REAL_SPECTRA, folder, path)) })),
  );
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });
