import { randomUUID } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseInUseError } from './errors.ts';

const LOCK_FILE = 'lock.json';

interface Owner {
  pid: number;
  host: string;
  /** when the process started, as the kernel counts it, and since which boot: a pid alone may belong to a later process */
  start: string;
  /** tells one lock from another */
  id: string;
}

/**
 * Takes a directory for this process. The lock of a process that has died is taken over.
 * @returns the function that gives the directory up
 * @throws {DatabaseInUseError} while another process, or this one, has it, or when that can't be told
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, LOCK_FILE);
  const mine: Owner = {
    pid: process.pid,
    host: hostname(),
    start: (await startOf(process.pid)) ?? '',
    id: randomUUID(),
  };
  const draft = `${path}.${mine.id}`;
  // Written aside and linked into place: whoever finds the lock finds it whole.
  await writeFile(draft, JSON.stringify(mine));
  try {
    while (!(await linked(draft, path))) await removeStaleLock(path, directory);
  } finally {
    await unlink(draft);
  }
  return () => unlink(path);
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function removeStaleLock(path: string, directory: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner === undefined) return;
  const by = `process ${owner.pid} on ${owner.host}`;
  if (owner.host !== hostname()) {
    throw new DatabaseInUseError(
      `the database in ${directory} is in use by ${by}, another machine: stop it there, or, if it has died, remove ${path}`,
    );
  }
  if ((await startOf(owner.pid)) === owner.start) {
    const who = owner.pid === process.pid ? 'this process already' : by;
    throw new DatabaseInUseError(`the database in ${directory} is in use by ${who}: stop it, or use another directory`);
  }
  // Of several processes that see the dead one's lock, the rename lets one remove it; if a faster one has already put its own
  // lock there, that one is put back.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await ownerOf(aside))?.id !== owner.id) await linked(aside, path);
  await unlink(aside);
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw new DatabaseInUseError(`can't read the lock ${path}: if no other process uses the database, remove it`, {
      cause: error,
    });
  }
}

/** Identifies a run of a process: undefined when there is none with this pid. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isCode(error, 'ESRCH')) return undefined;
  }
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // proc_pid_stat(5): starttime is field 22; field 2, the command in parentheses, may hold spaces.
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    // No procfs (macOS): the pid has to do.
    return String(pid);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
