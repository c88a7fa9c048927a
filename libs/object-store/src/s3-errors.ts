import { S3ServiceException } from '@aws-sdk/client-s3';
import {
  ObjectExistsError,
  ObjectNotFoundError,
  ObjectReplacedError,
  StoreFullError,
  StoreUnavailableError,
} from './errors.ts';

/** What S3 servers call a disk or an account that is full. */
const FULL = ['InsufficientStorage', 'InsufficientStorageSpace', 'QuotaExceeded', 'XMinioStorageFull'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and HTTP's status 507 */
export function isFull(error: unknown): boolean {
  return error instanceof S3ServiceException && (FULL.includes(error.name) || statusOf(error) === 507);
}

/** Whether there is no such object. HEAD has no body that would say what is missing, and the bucket was there at the start. */
export function isNotFound(error: unknown): boolean {
  return statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket';
}

/** Whether the range begins behind the object's end. */
export function isBeyondEnd(error: unknown): boolean {
  return statusOf(error) === 416;
}

/** Whether a condition of the request (If-Match, If-None-Match) did not hold. */
export function isConditionFailed(error: unknown): boolean {
  return statusOf(error) === 412;
}

/** Whether another conditional write of the same key was under way: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function isConflicting(error: unknown): boolean {
  return statusOf(error) === 409;
}

/** How often a request was sent. */
export function attemptsOf(error: unknown): number {
  return (error as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
}

/** Errors that say already what the port promises. */
const OWN = [ObjectNotFoundError, ObjectExistsError, ObjectReplacedError, RangeError];

/** The error that the port promises, or one that says what was being done, where. */
export function storeError(error: unknown, key: string, bucket: string): Error {
  if (OWN.some((own) => error instanceof own)) return error as Error;
  if (isNotFound(error)) return new ObjectNotFoundError(key, { cause: error });
  if (isFull(error)) return new StoreFullError(key, `bucket "${bucket}"`, { cause: error });
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new StoreUnavailableError(
    `bucket "${bucket}" failed on object "${key}" after ${attemptsOf(error)} attempts (${reason})`,
    { cause: error },
  );
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
