import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../repository-root.ts';

/** Where servers are kept between runs. */
const SERVERS = join(repositoryRoot, '.build/servers');

/**
 * Makes a file or folder of .build/servers unless it is there. It is made aside and moved into place whole, so that neither an
 * interruption nor a second process leaves half of it.
 *
 * @param name what it is called there; a new version has a new name
 * @param announcement what is printed while it is made
 * @param make writes it to the path that it is given
 * @returns its path
 */
export async function installOnce(
  name: string,
  announcement: string,
  make: (path: string) => Promise<void>,
): Promise<string> {
  const path = join(SERVERS, name);
  if (existsSync(path)) return path;
  const draft = join(SERVERS, `incoming-${process.pid}-${name.replaceAll('/', '-')}`);
  const started = performance.now();
  process.stdout.write(`${announcement} … `);
  try {
    await mkdir(SERVERS, { recursive: true });
    await make(draft);
    await rename(draft, path).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster: its copy is as good.
      if (!existsSync(path)) throw error;
    });
    process.stdout.write(`${Math.round((performance.now() - started) / 1000)} s\n`);
  } catch (error) {
    process.stdout.write('failed\n');
    throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return path;
}
