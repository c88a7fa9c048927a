import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Words that say nothing of the domain: a file with such a name collects what belongs elsewhere. */
const EMPTY_WORDS = new Set(
  ['helper', 'util', 'utility', 'manager', 'common', 'core', 'shared', 'misc', 'item', 'datum', 'sample'].flatMap(
    (word) => [word, `${word}s`, word.replace(/y$/, 'ies')],
  ),
);

/** Folders that are made, installed, or somebody else's data. */
const SKIPPED = new Set(['node_modules', 'dist', 'gen', 'data']);

/** The words of `path`'s last part that say nothing of the domain. */
export function emptyWords(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.filter((word) => EMPTY_WORDS.has(word));
}

/** The files and folders below `folder`, all the way down, except those that are made, installed or data. */
export async function listPaths(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) continue;
    const path = join(folder, entry.name);
    paths.push(path);
    if (entry.isDirectory()) paths.push(...(await listPaths(path)));
  }
  return paths;
}
