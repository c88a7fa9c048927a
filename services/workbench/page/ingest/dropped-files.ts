import type { ChosenFile } from './upload-parts.ts';

/** The files of a drop, folders opened, each by its path from what was dropped. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  // Entries have to be taken at once: after the first await the browser has emptied the list.
  const entries = [...transfer.items].map((dropped) => dropped.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length > 0) return (await Promise.all(entries.map(filesBelow))).flat();
  // What comes from programs that are no file managers has files, but no place in a file system.
  return inputFiles(transfer.files);
}

/** The files of an input; those of a chosen folder by their path from it. */
export function inputFiles(list: FileList | null): ChosenFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function filesBelow(entry: FileSystemEntry): Promise<ChosenFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path: withoutRoot(entry.fullPath), file }];
  }
  if (!isDirectory(entry)) return [];
  const found: ChosenFile[] = [];
  for await (const inside of entriesOf(entry)) found.push(...(await filesBelow(inside)));
  return found;
}

/** The reader gives a hundred at a time, and none in the end. */
async function* entriesOf(directory: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = directory.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return;
    yield* entries;
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function withoutRoot(path: string): string {
  return path.replace(/^\/+/, '');
}
