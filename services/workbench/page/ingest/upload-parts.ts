/** A file that a person chose, by the path under which messages shall name it. */
export interface ChosenFile {
  path: string;
  file: Blob;
}

/**
 * What one request carries at most. Each request commits what it brought, in a shard of its own: parts as large as this keep shards
 * few, and what a broken connection makes to be sent again, small.
 */
export const MOST_FILES = 5000;
export const MOST_BYTES = 512e6;

/** Leaves hidden files out (folders hold some that nobody put there), puts the rest in the order of their paths. */
export function visibleFiles(files: readonly ChosenFile[]): ChosenFile[] {
  return files
    .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Cuts an upload into parts, one request each. A file that is larger than a part is one of its own. */
export function uploadParts(files: readonly ChosenFile[]): ChosenFile[][] {
  const parts: ChosenFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const part = parts.at(-1);
    if (part && part.length < MOST_FILES && bytes + file.file.size <= MOST_BYTES) {
      part.push(file);
      bytes += file.file.size;
    } else {
      parts.push([file]);
      bytes = file.file.size;
    }
  }
  return parts;
}
