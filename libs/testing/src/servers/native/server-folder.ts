import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a server keeps its data and its log. */
export interface ServerFolder {
  readonly path: string;
  /** Whether it outlives the server. */
  readonly stays: boolean;
  /** Whether nothing was ever kept there. */
  readonly isNew: boolean;
  /** Removes what a start that failed has left, unless it stays. */
  abandon(): Promise<void>;
}

/** @param directory where the data stay; default: a temporary folder that goes with the server */
export async function serverFolder(name: string, directory: string | undefined): Promise<ServerFolder> {
  if (directory === undefined) {
    const path = await mkdtemp(join(tmpdir(), `spectrawl-${name}-`));
    return { path, stays: false, isNew: true, abandon: () => rm(path, { recursive: true, force: true }) };
  }
  const path = resolve(directory);
  const isNew = !existsSync(path);
  await mkdir(path, { recursive: true });
  // Half of a first start is no start: it is made again from nothing.
  return {
    path,
    stays: true,
    isNew,
    abandon: () => (isNew ? rm(path, { recursive: true, force: true }) : Promise.resolve()),
  };
}
