import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  IngestFilesResponseSchema,
  type IngestFilesRequest,
  type IngestFilesRequest_Open,
  type IngestFilesResponse,
} from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { CLOCK, CONFIG, type Clock } from '@spectrawl/runtime';
import { PREPROCESSING_VERSION, surveyChoices } from '@spectrawl/spectra';
import type { IngestionConfig } from '../config.ts';
import { countsMessage } from '../messages.ts';
import { Parsers } from '../parsing/parsers.ts';
import { PoolRepository, type PoolRow } from '../pool.repository.ts';
import { SpectrumRepository } from '../spectrum.repository.ts';
import { CommitUpload } from './commit-upload.ts';
import { ParseQueue } from './parse-queue.ts';
import { PoolLeases, type PoolLease } from './pool-leases.ts';
import { FileAssembly } from './received-files.ts';
import { Upload } from './upload.ts';

/** Milliseconds of work between two messages of progress. */
const PROGRESS_INTERVAL = 250;
/** The contract's limit for quarantined inputs in one message. */
const MOST_TOLD = 100;

/** Takes survey files into a pool. */
@Injectable()
export class IngestFiles implements OnModuleDestroy {
  readonly #underWay = new Set<Promise<void>>();

  constructor(
    @Inject(PoolRepository) private readonly pools: PoolRepository,
    @Inject(SpectrumRepository) private readonly index: SpectrumRepository,
    @Inject(PoolLeases) private readonly leases: PoolLeases,
    @Inject(Parsers) private readonly parsers: Parsers,
    @Inject(CommitUpload) private readonly commits: CommitUpload,
    @Inject(CONFIG) private readonly config: IngestionConfig,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes an upload, and yields its progress. What a caller who leaves has not been told to be committed is dropped.
   * @throws {ServiceError} BAD_UPLOAD, UNKNOWN_SURVEY, POOL_NOT_FOUND, POOL_SEALED, POOL_BUSY
   */
  async *ingest(requests: AsyncIterable<IngestFilesRequest>, signal: AbortSignal): AsyncGenerator<IngestFilesResponse> {
    const ended = Promise.withResolvers<void>();
    this.#underWay.add(ended.promise);
    try {
      // Not for-await: leaving it would close the call, over which an error still has to go.
      const messages = requests[Symbol.asyncIterator]();
      const open = opening(await messages.next());
      checkSurvey(open.survey);
      await this.#openPool(open.poolId);
      const lease = await this.leases.acquire(open.poolId, signal);
      try {
        // Only now nobody else changes it.
        const pool = await this.#openPool(open.poolId);
        yield* this.#ingestInto(pool, lease, open.survey, messages, signal);
      } finally {
        await lease.release();
      }
    } finally {
      this.#underWay.delete(ended.promise);
      ended.resolve();
    }
  }

  /** Calls are cut by now: waits until their uploads have cleaned up, while database and threads are still there. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async *#ingestInto(
    pool: PoolRow,
    lease: PoolLease,
    survey: string,
    messages: AsyncIterator<IngestFilesRequest>,
    signal: AbortSignal,
  ): AsyncGenerator<IngestFilesResponse> {
    const { maxFileBytes, maxTableBytes, shardRows, spoolDirectory } = this.config;
    await this.commits.removeLeftovers(pool.pool_id, pool.shard_count);
    const directory = await mkdtemp(join(spoolDirectory, 'spectrawl-upload-'));
    const assembly = new FileAssembly({ maxFileBytes, maxTableBytes, directory });
    const queue = new ParseQueue(this.parsers, survey, maxFileBytes);
    const upload = new Upload(pool, lease, this.index, this.commits, { directory, shardRows });
    const progress = new Progress(upload, this.clock);
    try {
      const takeBatch = async () => {
        await upload.take(await queue.next());
        signal.throwIfAborted();
      };
      let message = soon(messages.next());
      for (;;) {
        // What is parsed is taken while the caller lets us wait, or where too much of it would gather.
        if (queue.full || (await isFirst(queue.ready(), message))) {
          await takeBatch();
          yield* progress.due();
          continue;
        }
        const next = await message;
        // A caller who leaves ends the stream as one who is done does.
        signal.throwIfAborted();
        if (next.done) break;
        const file = await assembly.take(next.value);
        if (file) {
          progress.file(file.size);
          await queue.add(file);
        }
        message = soon(messages.next());
      }
      assembly.end();
      while (!queue.empty) {
        await takeBatch();
        yield* progress.due();
      }
      await upload.commit();
      yield* progress.last();
    } finally {
      await queue.abandon();
      await assembly.abandon();
      await upload.abandon();
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** @throws {ServiceError} POOL_NOT_FOUND, POOL_SEALED, BAD_REQUEST */
  async #openPool(poolId: string): Promise<PoolRow> {
    const pool = await this.pools.pool(poolId);
    if (pool.seal_time) {
      throw new ServiceError('POOL_SEALED', `pool "${poolId}" is sealed and takes no more spectra: create another one`);
    }
    if (pool.preprocessing_version !== PREPROCESSING_VERSION) {
      throw new ServiceError(
        'BAD_REQUEST',
        `pool "${poolId}" was begun with preprocessing ${pool.preprocessing_version}, and this release has ${PREPROCESSING_VERSION}: create another pool`,
      );
    }
    return pool;
  }
}

function opening({ value, done }: IteratorResult<IngestFilesRequest>): IngestFilesRequest_Open {
  if (!done && value.payload.case === 'open') return value.payload.value;
  throw new ServiceError('BAD_UPLOAD', 'the first message of an upload is "open", with the pool and the survey');
}

/** @throws {ServiceError} UNKNOWN_SURVEY */
function checkSurvey(survey: string): void {
  const choices = surveyChoices();
  if (choices.includes(survey)) return;
  throw new ServiceError('UNKNOWN_SURVEY', `there is no survey "${survey}": choose one of ${choices.join(', ')}`);
}

/** A promise that may be left alone: a caller who breaks off rejects it. */
function soon<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Whether the first promise settles before the second one, which wins a draw. */
async function isFirst(first: Promise<unknown> | undefined, second: Promise<unknown>): Promise<boolean> {
  if (!first) return false;
  const [no, yes] = [() => false, () => true];
  return await Promise.race([second.then(no, no), first.then(yes, yes)]);
}

/** Tells the caller how far an upload is. */
class Progress {
  readonly #upload: Upload;
  readonly #clock: Clock;
  #files = 0;
  #bytes = 0;
  #lastTime: number;

  constructor(upload: Upload, clock: Clock) {
    this.#upload = upload;
    this.#clock = clock;
    this.#lastTime = clock().getTime();
  }

  file(size: number): void {
    this.#files++;
    this.#bytes += size;
  }

  /** A message, where the last one is some time ago or there is much to tell. */
  *due(): Generator<IngestFilesResponse> {
    const now = this.#clock().getTime();
    if (now - this.#lastTime < PROGRESS_INTERVAL && this.#upload.untold < MOST_TOLD) return;
    this.#lastTime = now;
    yield this.#message(false);
  }

  /** The messages that end an upload. */
  *last(): Generator<IngestFilesResponse> {
    while (this.#upload.untold > MOST_TOLD) yield this.#message(false);
    yield this.#message(true);
  }

  #message(committed: boolean): IngestFilesResponse {
    const createTime = timestampFromDate(this.#clock());
    const { poolId, counts } = this.#upload;
    return create(IngestFilesResponseSchema, {
      counts: countsMessage(counts),
      files: BigInt(this.#files),
      bytes: BigInt(this.#bytes),
      quarantined: this.#upload
        .tell(MOST_TOLD)
        .map(({ source, reason, message }) => ({ poolId, source, reason, message, createTime })),
      committed,
    });
  }
}
