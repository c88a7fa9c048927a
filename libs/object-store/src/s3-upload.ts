import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import { logger } from '@spectrawl/telemetry';
import { ObjectExistsError } from './errors.ts';
import type { ObjectVersion, PutOptions } from './object-store.ts';
import type { RequestSlots } from './request-slots.ts';
import { isConditionFailed, isConflicting, isNotFound } from './s3-errors.ts';
import { cutIntoParts } from './s3-parts.ts';

const log = logger('object-store');

/** bytes; S3 wants 5 MiB at least, and takes 10,000 parts: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const PART_SIZE = 8 << 20;
export const MAXIMUM_PARTS = 10_000;

/** How often a write is tried that another conditional write of the same key gets in the way of. */
const CONFLICT_ATTEMPTS = 10;
/** milliseconds between these */
const CONFLICT_PAUSE = 100;

/** Metadata that tells who has written an object: a writer whose answer was lost asks by it whether it has won the key. */
const WRITER = 'spectrawl-writer';

/** What an upload needs to know of its store. */
export interface UploadTarget {
  client: S3Client;
  /** bounds the parts in memory, of all uploads together */
  slots: RequestSlots;
  bucket: string;
  /** the key as the bucket has it */
  path: string;
  /** the key as the caller has it */
  key: string;
}

/** Writes an object, in one request if it fits in one part, else in parts side by side. Either way it appears whole or not at all. */
export async function upload(
  target: UploadTarget,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  options: PutOptions,
): Promise<ObjectVersion> {
  const parts = cutIntoParts(content, PART_SIZE)[Symbol.asyncIterator]();
  try {
    const first = (await parts.next()).value as Uint8Array;
    const second = await parts.next();
    if (second.done) return await new Upload(target, options).inOne(first);
    return await new Upload(target, options).inParts(chain(first, second.value, parts));
  } finally {
    await parts.return?.();
  }
}

async function* chain<T>(first: T, second: T, rest: AsyncIterator<T>): AsyncIterable<T> {
  yield first;
  yield second;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

class Upload {
  readonly #target: UploadTarget;
  readonly #writer = randomUUID();
  readonly #ifAbsent: boolean;
  /** Whose object it is. */
  readonly #address: { Bucket: string; Key: string };
  /** What is told about the object when it is begun. */
  readonly #headers: { ContentType?: string; Metadata: Record<string, string> };

  constructor(target: UploadTarget, { ifAbsent = false, contentType }: PutOptions) {
    this.#target = target;
    this.#ifAbsent = ifAbsent;
    this.#address = { Bucket: target.bucket, Key: target.path };
    this.#headers = { ...(contentType && { ContentType: contentType }), Metadata: { [WRITER]: this.#writer } };
  }

  async inOne(body: Uint8Array): Promise<ObjectVersion> {
    const done = await this.#target.slots.take();
    try {
      return await this.#published(body.length, () =>
        this.#target.client.send(
          new PutObjectCommand({ ...this.#address, ...this.#headers, ...this.#condition(), Body: body }),
        ),
      );
    } finally {
      done();
    }
  }

  async inParts(parts: AsyncIterable<Uint8Array>): Promise<ObjectVersion> {
    const { client } = this.#target;
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...this.#address, ...this.#headers }));
    const address = { ...this.#address, UploadId };
    try {
      const { uploaded, size } = await this.#uploadParts(address, parts);
      return await this.#published(size, () =>
        client.send(
          new CompleteMultipartUploadCommand({
            ...address,
            ...this.#condition(),
            MultipartUpload: { Parts: uploaded },
          }),
        ),
      );
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand(address)).catch((reason: unknown) => {
        log.warn(
          { key: this.#target.key, reason },
          'the parts of a failed upload are left, until the store is opened again',
        );
      });
      throw error;
    }
  }

  async #uploadParts(
    address: { Bucket: string; Key: string; UploadId: string | undefined },
    parts: AsyncIterable<Uint8Array>,
  ): Promise<{ uploaded: CompletedPart[]; size: number }> {
    const { client, slots, key } = this.#target;
    const uploaded: CompletedPart[] = [];
    const uploading: Promise<void>[] = [];
    let size = 0;
    let failure: { error: unknown } | undefined;
    const send = async (body: Uint8Array, number: number, done: () => void) => {
      try {
        const { ETag } = await client.send(new UploadPartCommand({ ...address, PartNumber: number, Body: body }));
        uploaded[number - 1] = { PartNumber: number, ETag };
      } catch (error) {
        failure ??= { error };
      } finally {
        done();
      }
    };
    try {
      for await (const part of parts) {
        const number = uploading.length + 1;
        if (number > MAXIMUM_PARTS) {
          throw new RangeError(`object "${key}" is bigger than ${MAXIMUM_PARTS * PART_SIZE} bytes: split it`);
        }
        size += part.length;
        // Waiting for a slot holds back the source.
        const done = await slots.take();
        uploading.push(send(part, number, done));
        if (failure) break;
      }
    } finally {
      await Promise.all(uploading);
    }
    if (failure) throw failure.error;
    return { uploaded, size };
  }

  #condition(): { IfNoneMatch?: string } {
    return this.#ifAbsent ? { IfNoneMatch: '*' } : {};
  }

  /** Sends the request that makes the object appear. */
  async #published(size: number, send: () => Promise<{ ETag?: string | undefined }>): Promise<ObjectVersion> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { ETag } = await send();
        return { etag: etagOf(ETag), size };
      } catch (error) {
        const isTaken = this.#ifAbsent && isConditionFailed(error);
        // A finished upload in parts is gone too.
        if (isTaken || isNotFound(error)) {
          const written = await this.#written();
          // The answer to an earlier sending may have been lost.
          if (written?.isMine) return written.version;
          if (isTaken && written) throw new ObjectExistsError(this.#target.key, { cause: error });
        }
        if (attempt === CONFLICT_ATTEMPTS || !(isTaken || isConflicting(error))) throw error;
        if (isTaken) await this.#removeEmptyFolder();
      }
      await delay(CONFLICT_PAUSE * Math.random());
    }
  }

  /** The object as it is, if there is one, and whether it is this upload that has written it. */
  async #written(): Promise<{ version: ObjectVersion; isMine: boolean } | undefined> {
    try {
      const { ETag, ContentLength, Metadata } = await this.#target.client.send(new HeadObjectCommand(this.#address));
      const version = { etag: etagOf(ETag), size: ContentLength ?? 0 };
      return { version, isMine: Metadata?.[WRITER] === this.#writer };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * SeaweedFS keeps the folder of deleted objects, and takes it for an object when it is asked for a free key. It removes the
   * folder, if it is empty, when told to delete a key that ends in a slash; for other servers there is no such object.
   */
  async #removeEmptyFolder(): Promise<void> {
    const { client } = this.#target;
    await client.send(new DeleteObjectCommand({ ...this.#address, Key: `${this.#address.Key}/` }));
  }
}

/** S3 puts etags into quotes; some servers do so in some answers only. */
export function etagOf(etag: string | undefined): string {
  return (etag ?? '').replaceAll('"', '');
}
