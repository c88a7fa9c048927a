import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseInUseError, MigrationError, openDatabase, sql, type Migration } from './index.ts';
import { describeDatabaseContract } from './testing/contract.ts';

interface Tables {
  label: { id: number };
}

const MIGRATIONS: Migration[] = [{ name: '0001-label.sql', sql: 'CREATE TABLE label (id int8 PRIMARY KEY)' }];

describeDatabaseContract('PGlite in memory', () => openDatabase({ kind: 'pglite', directory: 'memory' }));

describe('PGlite in a directory', () => {
  // One directory for all, because making one takes PGlite seconds; each test has a schema of its own.
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spectrawl-database-'));
    await (await openDatabase({ kind: 'pglite', directory })).close();
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('keeps what was committed, and gives its directory up when closed', async () => {
    const first = await openDatabase({ kind: 'pglite', directory });
    const before = await first.forService<Tables>('labelling', MIGRATIONS);
    await before.db.insertInto('label').values({ id: 1 }).execute();
    await first.close();
    expect(await readdir(directory)).toEqual(['postgresql']);
    const second = await openDatabase({ kind: 'pglite', directory });
    const after = await second.forService<Tables>('labelling', MIGRATIONS);
    expect(await after.db.selectFrom('label').selectAll().execute()).toEqual([{ id: 1 }]);
    await second.close();
  });

  test('waits, when closed, for the transaction in progress', async () => {
    const first = await openDatabase({ kind: 'pglite', directory });
    const before = await first.forService<Tables>('closing', MIGRATIONS);
    const { promise: started, resolve: hasStarted } = Promise.withResolvers<void>();
    const transaction = before.transaction(async (tx) => {
      hasStarted();
      for (let id = 0; id < 20; id++) await tx.insertInto('label').values({ id }).execute();
    });
    await started;
    await Promise.all([transaction, first.close()]);
    const second = await openDatabase({ kind: 'pglite', directory });
    const after = await second.forService<Tables>('closing', MIGRATIONS);
    const { rows } = await sql<{ count: number }>`SELECT count(*) FROM label`.execute(after.db);
    expect(rows).toEqual([{ count: 20 }]);
    await second.close();
  });

  test('is refused to a second opener in the same process', async () => {
    const server = await openDatabase({ kind: 'pglite', directory });
    await expect(openDatabase({ kind: 'pglite', directory })).rejects.toThrow(/this process already/);
    await server.close();
    await (await openDatabase({ kind: 'pglite', directory })).close();
  });

  test('is refused while another process has it, and keeps every acknowledged commit when that one is killed', async () => {
    const child = spawn(
      process.execPath,
      [
        '--conditions=@spectrawl/source',
        fileURLToPath(new URL('testing/insert-labels.ts', import.meta.url)),
        directory,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exited = new Promise((resolve) => child.once('exit', resolve));
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => Number((await lines.next()).value ?? Number.NaN);
    let acknowledged = await next();
    while (acknowledged < 50) acknowledged = await next();
    await expect(openDatabase({ kind: 'pglite', directory })).rejects.toThrow(`in use by process ${child.pid} on`);
    child.kill('SIGKILL');
    for (let id = await next(); !Number.isNaN(id); id = await next()) acknowledged = id;
    await exited;
    expect(acknowledged).toBeGreaterThanOrEqual(50);
    const server = await openDatabase({ kind: 'pglite', directory });
    const { db } = await server.forService<Tables>('killed', MIGRATIONS);
    const ids = (await db.selectFrom('label').select('id').orderBy('id').execute()).map((row) => row.id);
    expect(ids.slice(0, acknowledged + 1)).toEqual(Array.from({ length: acknowledged + 1 }, (_, i) => i));
    await server.close();
  });

  test('takes over the lock of a process whose number another one has now', async () => {
    const owner = { pid: process.pid, host: hostname(), start: 'an earlier boot', id: 'x' };
    await writeFile(join(directory, 'lock.json'), JSON.stringify(owner));
    const server = await openDatabase({ kind: 'pglite', directory });
    expect(JSON.parse(await readFile(join(directory, 'lock.json'), 'utf8'))).toMatchObject({ pid: process.pid });
    await server.close();
  });

  test('does not judge a lock of another machine', async () => {
    const owner = { pid: 1, host: 'another-machine', start: '1', id: 'x' };
    await writeFile(join(directory, 'lock.json'), JSON.stringify(owner));
    await expect(openDatabase({ kind: 'pglite', directory })).rejects.toThrow(DatabaseInUseError);
    await expect(openDatabase({ kind: 'pglite', directory })).rejects.toThrow(/another machine.*remove/);
    await rm(join(directory, 'lock.json'));
  });
});

describe('a folder of migrations', () => {
  test('is read in the order of its names, and refused when a file is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'spectrawl-migrations-'));
    const url = pathToFileURL(`${folder}/`);
    await writeFile(join(folder, '0002-note.sql'), 'ALTER TABLE label ADD COLUMN note text');
    await writeFile(join(folder, '0001-label.sql'), 'CREATE TABLE label (id int8 PRIMARY KEY)');
    const server = await openDatabase({ kind: 'pglite', directory: 'memory' });
    const { db } = await server.forService<{ label: { id: number; note: string } }>('labelling', url);
    await db.insertInto('label').values({ id: 1, note: 'x' }).execute();
    await writeFile(join(folder, 'notes.txt'), '');
    await expect(server.forService('labelling', url)).rejects.toThrow(MigrationError);
    await expect(server.forService('labelling', new URL('missing/', url))).rejects.toThrow(/can't read the migrations/);
    await server.close();
    await rm(folder, { recursive: true });
  });
});
