import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// A program without services: it opens its database, its bus and its port, and closes them.
const PROGRAM = `import { main } from '@spectrawl/runtime'; await main([]);`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-main-'));
  const config = {
    grpc: { port: 0 },
    database: { kind: 'pglite', directory: 'memory' },
    objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
    eventBus: { kind: 'embedded' },
  };
  await writeFile(join(folder, 'config.yaml'), JSON.stringify(config));
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the program, and sends it a signal when it has said `message`. @returns what it said, and how it ended */
async function signalled(signal: NodeJS.Signals, message: string): Promise<{ said: string[]; end: unknown[] }> {
  const program = spawn(
    process.execPath,
    [
      '--conditions=@spectrawl/source',
      '--input-type=module',
      '-e',
      PROGRAM,
      '--',
      '--config',
      join(folder, 'config.yaml'),
    ],
    {
      cwd: new URL('..', pathToFileURL(import.meta.filename)),
      env: { ...process.env, LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(program, 'close');
  const said: string[] = [];
  for await (const line of createInterface({ input: program.stdout })) {
    const { msg } = JSON.parse(line) as { msg: string };
    said.push(msg);
    if (msg === message) program.kill(signal);
  }
  return { said, end: await ended };
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends a process in order that is up', async () => {
    const { said, end } = await signalled(signal, 'services are up');
    expect(said.at(-1)).toBe('stopped');
    expect(end).toEqual([0, null]);
  });

  it('ends a process at once that is still starting', async () => {
    const { said, end } = await signalled(signal, 'configured');
    expect(said).toEqual(['configured', 'stopped before it was up']);
    expect(end).toEqual([0, null]);
  });
});
