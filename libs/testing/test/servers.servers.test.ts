import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDatabase, sql } from '@spectrawl/database';
import { expect, inject, test, vi } from 'vitest';
import { startKafka, startObjectServer, startPostgres } from '../src/servers/start-servers.ts';

const servers = inject('servers');

function accepts(address: string): Promise<boolean> {
  const [host = '', port] = address.split(':');
  const socket = connect(Number(port), host);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

test('there is one of each, on loopback', async () => {
  const addresses = [
    new URL(servers.postgres.url).host,
    new URL(servers.objectServer.endpoint).host,
    ...servers.kafka.brokers,
  ];
  for (const address of addresses) {
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await accepts(address)).toBe(true);
  }
});

test('neither a server nor its data outlives the process that has started it, however that one ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-holder-'));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
  const script = fileURLToPath(new URL('hold-server.ts', import.meta.url));
  const holder = spawn(process.execPath, ['--conditions=@spectrawl/source', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: folder },
  });
  let address = '';
  for await (const line of createInterface(holder.stdout)) {
    if (!line.startsWith('postgres:')) continue;
    address = new URL(line).host;
    expect(await accepts(address)).toBe(true);
    holder.kill('SIGKILL');
  }
  expect(address).not.toBe('');
  await vi.waitUntil(async () => !(await accepts(address)), { timeout: 60_000, interval: 100 });
  const data = async () => (await readdir(folder)).filter((name) => name.startsWith('spectrawl-'));
  await vi.waitUntil(async () => (await data()).length === 0, { timeout: 60_000, interval: 100 });
  await rm(folder, { recursive: true });
});

test('the data of a server with a directory are there when another one is started on it, wherever that one listens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-directory-'));
  await chmod(folder, 0o755);
  const directory = join(folder, 'postgres');
  const withDatabase = async <T>(
    work: (read: () => Promise<unknown[]>, write: () => Promise<unknown>) => Promise<T>,
  ) => {
    const server = await startPostgres({ directory });
    const database = await openDatabase({ kind: 'postgres', url: server.url });
    const { db } = await database.forService('kept', [{ name: '0001.sql', sql: 'CREATE TABLE label (name text)' }]);
    try {
      return await work(
        async () => (await sql`SELECT name FROM label`.execute(db)).rows,
        () => sql`INSERT INTO label VALUES ('double-peak')`.execute(db),
      );
    } finally {
      await database.close();
      await server.stop();
    }
  };
  await withDatabase((_, write) => write());
  expect(await withDatabase((read) => read())).toEqual([{ name: 'double-peak' }]);

  const first = await startObjectServer({ directory: join(folder, 'objects') });
  await first.stop();
  const again = await startObjectServer({ directory: join(folder, 'objects') });
  expect(await accepts(new URL(again.endpoint).host)).toBe(true);
  await again.stop();
  await (await startKafka({ directory: join(folder, 'kafka') })).stop();
  const kafka = await startKafka({ directory: join(folder, 'kafka') });
  expect(await accepts(kafka.brokers[0] ?? '')).toBe(true);
  await kafka.stop();
  expect((await readdir(folder)).toSorted()).toEqual(['kafka', 'objects', 'postgres']);
  await rm(folder, { recursive: true });
});
