import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './terminal/failure.ts';

/** How this process names what it has not finished: hidden, so that nobody takes it for the thing itself. */
const UNFINISHED = `.unfinished-${process.pid}`;

/** A place beside a path where it is made before it appears whole. */
export function unfinishedPath(path: string): string {
  return join(dirname(path), `.${basename(path)}${UNFINISHED}`);
}

/** Removes what this process has left unfinished in a folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('.') && name.endsWith(UNFINISHED));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
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
