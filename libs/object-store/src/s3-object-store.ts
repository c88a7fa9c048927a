import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
  type GetObjectCommandOutput,
} from '@aws-sdk/client-s3';
import { logger } from '@spectrawl/telemetry';
import { ObjectReplacedError, StoreUnavailableError } from './errors.ts';
import { assertObjectKey, assertRange } from './object-key.ts';
import type { ObjectEntry, ObjectStore, ObjectVersion, PutOptions, S3Config } from './object-store.ts';
import { RequestSlots } from './request-slots.ts';
import { isBeyondEnd, isConditionFailed, isNotFound, storeError } from './s3-errors.ts';
import { PatientRetries } from './s3-retry.ts';
import { etagOf, upload } from './s3-upload.ts';

const log = logger('object-store');

/** Connections to the store, kept open between requests. */
const CONNECTIONS = 64;
/** Parts of uploads under way at a time: 64 MiB of memory, and enough to fill a network. */
const PARTS_AT_ONCE = 8;

/** milliseconds */
const CONNECT_TIMEOUT = 5_000;
/** milliseconds until an answer begins; a part is to be uploaded by then */
const ANSWER_TIMEOUT = 60_000;
/** milliseconds that the store has to say that it is there */
const CHECK_TIMEOUT = 5_000;
/** Bytes that a stream reads at a time, into memory: nobody who stops reading keeps a connection from others. */
const STREAM_PIECE = 2 << 20;

/** milliseconds without any byte */
const SILENCE_TIMEOUT = 20_000;

/** How often reading goes on after a break without a single byte in between. */
const RESUMES = 10;
/** milliseconds before reading goes on after a break, doubled for each further one in vain */
const RESUME_PAUSE = 100;

/** milliseconds; what a writer has not finished in a day it never will */
const ABANDONED_AFTER = 24 * 3_600_000;

/** A bucket, or the part of it below a prefix, as an object store. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #slots = new RequestSlots(PARTS_AT_ONCE);

  private constructor(config: S3Config) {
    const { bucket, prefix = '', endpoint, region, forcePathStyle = false, credentials } = config;
    this.#bucket = bucket;
    this.#prefix = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    const agent = { keepAlive: true, maxSockets: CONNECTIONS };
    this.#client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint && { endpoint }),
      ...(credentials && { credentials }),
      retryStrategy: new PatientRetries(),
      requestHandler: {
        httpAgent: agent,
        httpsAgent: agent,
        connectionTimeout: CONNECT_TIMEOUT,
        requestTimeout: ANSWER_TIMEOUT,
        throwOnRequestTimeout: true,
        socketTimeout: SILENCE_TIMEOUT,
      },
    });
  }

  /** Looks whether the bucket is there, and clears what crashed writers left behind. @throws {StoreUnavailableError} */
  static async open(config: S3Config): Promise<S3ObjectStore> {
    const store = new S3ObjectStore(config);
    const where = `bucket "${config.bucket}" ${config.endpoint ? `at ${config.endpoint}` : `in ${config.region}`}`;
    try {
      await store.#client.send(new HeadBucketCommand({ Bucket: config.bucket }));
    } catch (error) {
      store.#client.destroy();
      // HEAD has no body that would say more than the status.
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new StoreUnavailableError(
        `${where} cannot be used (${reason}): make it, or check address and credentials`,
        {
          cause: error,
        },
      );
    }
    await store.#removeAbandoned().catch((reason: unknown) => {
      log.warn({ reason, bucket: config.bucket }, 'uploads that were never finished could not be looked for');
    });
    return store;
  }

  async put(
    key: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectVersion> {
    assertObjectKey(key);
    const target = { client: this.#client, slots: this.#slots, bucket: this.#bucket, path: this.#path(key), key };
    let sourceFailure: { error: unknown } | undefined;
    const source = content instanceof Uint8Array ? content : watched(content, (error) => (sourceFailure = { error }));
    try {
      return await upload(target, source, options);
    } catch (error) {
      if (sourceFailure?.error === error) throw error;
      throw this.#error(error, key);
    }
  }

  get(key: string): Promise<Uint8Array> {
    return this.read(key, 0, Infinity);
  }

  async read(key: string, offset: number, length: number): Promise<Uint8Array> {
    assertRange(offset, length);
    let bytes = new Uint8Array();
    const read = await this.#readWhole(key, { offset, length }, (chunk, filled, size) => {
      if (filled === 0) bytes = new Uint8Array(size);
      bytes.set(chunk, filled);
    });
    return bytes.subarray(0, read);
  }

  async readInto(key: string, offset: number, target: Uint8Array): Promise<number> {
    assertRange(offset, target.length);
    return await this.#readWhole(key, { offset, length: target.length }, (chunk, filled) => target.set(chunk, filled));
  }

  /**
   * Reads a range of one version; where that one is replaced meanwhile, all of it from the new one.
   * @param take is given each chunk, how many bytes came before it, and how many there will be
   * @returns how many bytes there were
   */
  async #readWhole(
    key: string,
    range: { offset: number; length: number },
    take: (chunk: Uint8Array, filled: number, size: number) => void,
  ): Promise<number> {
    assertObjectKey(key);
    for (let attempt = 1; ; attempt++) {
      const reading = new Reading(this.#client, { Bucket: this.#bucket, Key: this.#path(key) }, key, range);
      let filled = 0;
      try {
        for await (const chunk of reading.chunks()) {
          take(chunk, filled, reading.size);
          filled += chunk.length;
        }
        return filled;
      } catch (error) {
        // Nothing has been given out yet: the new version does as well.
        if (!(error instanceof ObjectReplacedError) || attempt === RESUMES) throw this.#error(error, key);
      }
    }
  }

  async *stream(key: string, { offset = 0, length = Infinity } = {}): AsyncIterable<Uint8Array> {
    assertRange(offset, length);
    assertObjectKey(key);
    const reading = new Reading(this.#client, { Bucket: this.#bucket, Key: this.#path(key) }, key, { offset, length });
    try {
      yield* reading.pieces();
    } catch (error) {
      throw this.#error(error, key);
    }
  }

  async check(): Promise<void> {
    try {
      const abortSignal = AbortSignal.timeout(CHECK_TIMEOUT);
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal });
    } catch (error) {
      const reason = error instanceof Error ? error.name : String(error);
      throw new StoreUnavailableError(`bucket "${this.#bucket}" does not answer (${reason})`, { cause: error });
    }
  }

  file(key: string): undefined {
    assertObjectKey(key);
  }

  async head(key: string): Promise<ObjectVersion | undefined> {
    assertObjectKey(key);
    try {
      const answer = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#path(key) }));
      return { etag: etagOf(answer.ETag), size: answer.ContentLength ?? 0 };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw this.#error(error, key);
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectEntry> {
    let token: string | undefined;
    do {
      const page = await this.#client
        .send(
          new ListObjectsV2Command({
            Bucket: this.#bucket,
            Prefix: this.#path(prefix),
            ...(token && { ContinuationToken: token }),
          }),
        )
        .catch((error: unknown) => {
          throw this.#error(error, prefix);
        });
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        yield { key: Key.slice(this.#prefix.length), size: Size };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async delete(key: string): Promise<void> {
    assertObjectKey(key);
    try {
      await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#path(key) }));
    } catch (error) {
      if (!isNotFound(error)) throw this.#error(error, key);
    }
  }

  async #removeAbandoned(): Promise<void> {
    const { Uploads } = await this.#client.send(
      new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: this.#prefix }),
    );
    for (const { Key, UploadId, Initiated } of Uploads ?? []) {
      if (Initiated === undefined || Date.now() - Initiated.getTime() < ABANDONED_AFTER) continue;
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId }));
    }
  }

  #path(key: string): string {
    return `${this.#prefix}${key}`;
  }

  #error(error: unknown, key: string): Error {
    return storeError(error, key, this.#bucket);
  }
}

/** Notes when it is the source of an upload that fails: its error is the caller's own. */
async function* watched(
  source: AsyncIterable<Uint8Array>,
  onFailure: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    onFailure(error);
    throw error;
  }
}

/** One reading of one version of an object, which goes on where it stopped when the connection breaks or falls silent. */
class Reading {
  /** bytes to come in all, known once the first chunk is there */
  size = 0;
  readonly #client: S3Client;
  readonly #address: { Bucket: string; Key: string };
  readonly #key: string;
  #offset: number;
  #end: number;
  #etag: string | undefined;

  constructor(
    client: S3Client,
    address: { Bucket: string; Key: string },
    key: string,
    { offset, length }: { offset: number; length: number },
  ) {
    this.#client = client;
    this.#address = address;
    this.#key = key;
    this.#offset = offset;
    this.#end = offset + length;
  }

  /** All bytes as they came, piece after piece, each once the connection that it came over is free again. */
  async *pieces(): AsyncIterable<Uint8Array> {
    let piece: Uint8Array[];
    do {
      piece = [];
      for await (const chunk of this.chunks(STREAM_PIECE)) piece.push(chunk);
      yield* piece;
    } while (piece.length > 0 && this.#offset < this.#end);
  }

  /** The next bytes, at most so many, as they come; whoever waits between them keeps a connection. */
  async *chunks(most = Infinity): AsyncIterable<Uint8Array> {
    const stop = Math.min(this.#end, this.#offset + most);
    if (this.#offset === stop) {
      // A range of nothing cannot be asked for, but the object has to be there.
      await this.#client.send(new HeadObjectCommand(this.#address));
      return;
    }
    for (let inVain = 0; ; inVain++) {
      const answer = await this.#ask(stop);
      if (answer === undefined) return;
      this.#end = Math.min(this.#end, sizeOf(answer));
      const until = this.#offset + (answer.ContentLength ?? 0);
      if (this.#etag === undefined) this.size = until - this.#offset;
      this.#etag = answer.ETag;
      try {
        for await (const chunk of answer.Body as Readable as AsyncIterable<Uint8Array>) {
          this.#offset += chunk.length;
          inVain = 0;
          yield chunk;
        }
        if (this.#offset === until) return;
      } catch (error) {
        if (inVain === RESUMES) throw error;
        const reason = error instanceof Error ? error.message : error;
        log.warn({ reason, key: this.#key, offset: this.#offset }, 'reading an object was interrupted and goes on');
      }
      await delay(RESUME_PAUSE * 2 ** inVain);
    }
  }

  /** @returns undefined where the object ends before the range begins */
  async #ask(stop: number): Promise<GetObjectCommandOutput | undefined> {
    const last = stop === Infinity ? '' : stop - 1;
    const isWhole = this.#offset === 0 && stop === Infinity;
    try {
      return await this.#client.send(
        new GetObjectCommand({
          ...this.#address,
          ...(!isWhole && { Range: `bytes=${this.#offset}-${last}` }),
          ...(this.#etag && { IfMatch: this.#etag }),
        }),
      );
    } catch (error) {
      if (isBeyondEnd(error)) return undefined;
      if (isConditionFailed(error) || (this.#etag && isNotFound(error))) {
        throw new ObjectReplacedError(this.#key, { cause: error });
      }
      throw error;
    }
  }
}

/** Bytes of the whole object; Infinity where the answer does not tell them beside those that it has. */
function sizeOf({ ContentRange = '' }: GetObjectCommandOutput): number {
  return Number(/\/(\d+)$/.exec(ContentRange)?.[1] ?? Infinity);
}
