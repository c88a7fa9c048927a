import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

/**
 * Starts a database in memory. Making an empty cluster takes PGlite seconds, so the first one is kept in the folder of temporary
 * files, from where the next test starts in a tenth of the time.
 */
export async function startInMemory(options: PGliteOptions): Promise<PGlite> {
  const folder = join(tmpdir(), `spectrawl-pglite-${await pgliteVersion()}-${process.getuid?.() ?? 'user'}`);
  const template = join(folder, 'cluster.tar');
  // On a shared machine somebody else may have put a folder of that name there.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const isMine = (await stat(folder)).uid === (process.getuid?.() ?? 0);
  const kept = isMine ? await readFile(template).catch(() => undefined) : undefined;
  if (kept) return PGlite.create('memory://', { ...options, loadDataDir: new Blob([kept]) });
  const database = await PGlite.create('memory://', options);
  if (isMine) {
    const draft = `${template}.${randomUUID()}`;
    await writeFile(draft, new Uint8Array(await (await database.dumpDataDir('none')).arrayBuffer()));
    await rename(draft, template);
  }
  return database;
}

async function pgliteVersion(): Promise<string> {
  const manifest = await readFile(findPackageJSON('@electric-sql/pglite', import.meta.url) ?? '', 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
