import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './terminal/failure.ts';

/** A place beside a path where it is made before it appears whole. */
export function unfinishedPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.unfinished-${process.pid}`);
}

/**
 * Writes a file that appears whole or not at all; folders above it are made.
 * @throws {UsageError} where the file exists and `force` is not given
 */
export async function writeWhole(
  path: string,
  data: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
  { force = false }: { force?: boolean } = {},
): Promise<void> {
  if (!force) refuseExisting(path);
  await mkdir(dirname(path), { recursive: true });
  const unfinished = unfinishedPath(path);
  try {
    await pipeline(data, createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** @throws {UsageError} where there is something at a path already */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw new UsageError(`${path} exists: give another place, or --force to replace it`);
}
