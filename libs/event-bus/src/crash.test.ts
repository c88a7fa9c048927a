import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '@spectrawl/database';
import { expect, test } from 'vitest';

const TOTAL = 120;

/** Runs the counting service, kills it after it has printed some lines, and tells how it ended. */
async function run(directory: string, killAfter: number): Promise<number | NodeJS.Signals | null> {
  const script = fileURLToPath(new URL('testing/counting-service.ts', import.meta.url));
  const service = spawn(process.execPath, ['--conditions=@spectrawl/source', script, directory, String(TOTAL)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    service.once('exit', (code, signal) => resolve(code ?? signal));
  });
  let lines = 0;
  for await (const _line of createInterface(service.stdout)) {
    if (++lines === killAfter) service.kill('SIGKILL');
  }
  return ended;
}

test('a service that is killed again and again neither loses nor doubles an event, nor mixes up the order of a key', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spectrawl-crash-'));
  const ends = [
    await run(directory, 7),
    await run(directory, 30),
    await run(directory, 1),
    await run(directory, Infinity),
  ];
  expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 0]);

  const server = await openDatabase({ kind: 'pglite', directory });
  const { db } = await server.forService<{ taken: { place: number; number: number } }>('counting', []);
  const taken = (await db.selectFrom('taken').select('number').orderBy('place').execute()).map((row) => row.number);
  await server.close();
  await rm(directory, { recursive: true });
  expect(taken).toHaveLength(TOTAL);
  for (const remainder of [0, 1, 2]) {
    const ofKey = taken.filter((number) => number % 3 === remainder);
    expect(ofKey).toEqual(Array.from({ length: TOTAL / 3 }, (_, i) => 3 * i + remainder));
  }
});
