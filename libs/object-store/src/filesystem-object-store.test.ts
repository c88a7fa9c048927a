import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidObjectKeyError, openObjectStore } from './index.ts';
import { describeObjectStoreContract } from './testing/contract.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-object-store-'));
});
afterAll(() => rm(folder, { recursive: true }));

describeObjectStoreContract('A folder', () =>
  openObjectStore({ kind: 'filesystem', directory: join(folder, 'contract') }),
);

describe('a folder as an object store', () => {
  test('keeps objects as plain files and leaves nothing else', async () => {
    const directory = join(folder, 'plain');
    const store = await openObjectStore({ kind: 'filesystem', directory });
    await store.put('pools/demo/manifest.json', Buffer.from('{}'));
    await store.put('pools/demo/manifest.json', Buffer.from('{}'), { ifAbsent: true }).catch(() => undefined);
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))).toEqual([
      join(directory, 'objects/pools/demo/manifest.json'),
    ]);
  });

  test('refuses a key below an object, and an object above keys', async () => {
    const store = await openObjectStore({ kind: 'filesystem', directory: join(folder, 'nested') });
    await store.put('a/b', Uint8Array.of(1));
    for (const ifAbsent of [false, true]) {
      await expect(store.put('a', Uint8Array.of(2), { ifAbsent })).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.put('a/b/c', Uint8Array.of(2), { ifAbsent })).rejects.toThrow(InvalidObjectKeyError);
    }
    expect(await store.get('a/b')).toEqual(Uint8Array.of(1));
  });

  test('clears, when opened, what a crashed writer left a day ago, and no younger draft', async () => {
    const directory = join(folder, 'abandoned');
    await openObjectStore({ kind: 'filesystem', directory });
    const [old, young] = [join(directory, 'incoming/old'), join(directory, 'incoming/young')];
    await writeFile(old, 'x');
    await writeFile(young, 'x');
    const twoDaysAgo = new Date(Date.now() - 2 * 24 * 3_600_000);
    await utimes(old, twoDaysAgo, twoDaysAgo);
    await openObjectStore({ kind: 'filesystem', directory });
    expect(await readdir(join(directory, 'incoming'))).toEqual(['young']);
  });

  test('says so when there is no room for an object, and keeps the old one', async () => {
    // The shell's limit on the size of files stands in for a full disk: the write fails in the middle of the object.
    const directory = join(folder, 'full');
    const script = fileURLToPath(new URL('testing/fill-store.ts', import.meta.url));
    const command = `trap '' XFSZ; ulimit -f 64; exec "$0" --conditions=@spectrawl/source "$1" "$2"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, script, directory], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      error: 'StoreFullError',
      message: expect.stringContaining('no space left') as string,
      big: null,
      replaced: 1000,
      drafts: 0,
    });
  });
});
