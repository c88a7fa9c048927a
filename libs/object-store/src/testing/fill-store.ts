// A process whose files may not grow: puts objects that are too big, and prints what became of them as JSON.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openObjectStore } from '../index.ts';

const directory = process.argv[2] as string;
const store = await openObjectStore({ kind: 'filesystem', directory });
await store.put('replaced', new Uint8Array(1000));
const tooBig = new Uint8Array(4 << 20);
await store.put('replaced', tooBig).catch(() => undefined);
const failure = await store.put('big', tooBig).catch((error: unknown) => error);
console.log(
  JSON.stringify({
    error: failure instanceof Error ? failure.name : 'none',
    message: failure instanceof Error ? failure.message : '',
    big: (await store.head('big')) ?? null,
    replaced: (await store.head('replaced'))?.size,
    drafts: (await readdir(join(directory, 'incoming'))).length,
  }),
);
