import { inspect } from 'node:util';
import { startPostgres, type PostgresServer } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { DatabaseUnavailableError, openDatabase, sql, type DatabaseServer, type ServiceDatabase } from './index.ts';
import { describeDatabaseContract } from './testing/contract.ts';

interface Tables {
  label: { spectrum: string; value: string };
}

const MIGRATIONS = [
  { name: '0001-label.sql', sql: 'CREATE TABLE label (spectrum text PRIMARY KEY, value text NOT NULL)' },
];

const { url } = inject('servers').postgres;

describeDatabaseContract('PostgreSQL', () => openDatabase({ kind: 'postgres', url }));

describe('PostgreSQL', () => {
  let schemas = 0;
  const withService = async (
    use: (database: ServiceDatabase<Tables>, server: DatabaseServer) => Promise<void>,
    config: { url?: string; maximumConnections?: number } = {},
  ) => {
    const server = await openDatabase({ kind: 'postgres', url, ...config });
    try {
      await use(await server.forService<Tables>(`postgres_${process.pid}_${schemas++}`, MIGRATIONS), server);
    } finally {
      await server.close();
    }
  };
  const put = ({ db }: Pick<ServiceDatabase<Tables>, 'db'>, spectrum: string, value = 'x') =>
    db.insertInto('label').values({ spectrum, value }).execute();
  const spectra = async ({ db }: ServiceDatabase<Tables>) =>
    (await db.selectFrom('label').select('spectrum').orderBy('spectrum').execute()).map((row) => row.spectrum);

  test('runs a transaction again that another one came in between of, as if one had run after the other', () =>
    withService(async (database) => {
      const both = Promise.withResolvers<void>();
      let reading = 0;
      let runs = 0;
      // Each counts the rows and adds one that says so: had they not seen each other, both would say 0.
      const count = (spectrum: string) =>
        database.transaction(async (tx) => {
          runs++;
          const rows = await tx.selectFrom('label').selectAll().execute();
          if (++reading === 2) both.resolve();
          await both.promise;
          await put({ db: tx }, spectrum, String(rows.length));
        });
      await Promise.all([count('a'), count('b')]);
      const values = (await database.db.selectFrom('label').selectAll().execute()).map(({ value }) => value);
      expect(values.toSorted()).toEqual(['0', '1']);
      expect(runs).toBe(3);
    }));

  test('runs a transaction again that a deadlock ended', () =>
    withService(async (database) => {
      await put(database, 'a');
      await put(database, 'b');
      const both = Promise.withResolvers<void>();
      let holding = 0;
      const lock = (first: string, second: string) =>
        database.transaction(async (tx) => {
          const change = (spectrum: string) =>
            tx.updateTable('label').set({ value: first }).where('spectrum', '=', spectrum).execute();
          await change(first);
          if (++holding === 2) both.resolve();
          await both.promise;
          await change(second);
        });
      await Promise.all([lock('a', 'b'), lock('b', 'a')]);
      const values = (await database.db.selectFrom('label').select('value').distinct().execute()).length;
      expect(values).toBe(1);
    }));

  test('runs a transaction again whose connection broke before the commit', () =>
    withService(async (database, server) => {
      const other = await server.forService('other', []);
      let runs = 0;
      await database.transaction(async (tx) => {
        await put({ db: tx }, `run-${++runs}`);
        if (runs > 1) return;
        const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx);
        await terminate(rows[0]?.pid);
        await tx.selectFrom('label').selectAll().execute();
      });
      expect(await spectra(database)).toEqual(['run-2']);
      await other.close();
    }));

  test('shares few connections among many at once', () =>
    withService(
      async (database) => {
        const put5 = (i: number) => database.transaction((tx) => put({ db: tx }, String(i)));
        await Promise.all(Array.from({ length: 50 }, (_, i) => put5(i)));
        expect(await spectra(database)).toHaveLength(50);
      },
      { maximumConnections: 2 },
    ));

  test('finishes, when closed, what is under way and what waits for a connection', () =>
    withService(
      async (database, server) => {
        const work = Promise.all(Array.from({ length: 10 }, (_, i) => put(database, String(i))));
        await server.close();
        await work;
        await withService(async (_, again) => {
          const after = await again.forService<Tables>(database.schema, MIGRATIONS);
          expect(await spectra(after)).toHaveLength(10);
        });
      },
      { maximumConnections: 1 },
    ));

  test('needs no right to make schemas where the service’s is there, and says what is missing where it is not', () =>
    withService(async (database) => {
      const { schema } = database;
      const role = `limited_${schema}`;
      const password = 'p@ss:/?#';
      await sql
        .raw(
          `CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT ALL ON SCHEMA ${schema} TO ${role};
              GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO ${role}`,
        )
        .execute(database.db);
      const limited = new URL(url);
      limited.username = role;
      const server = await openDatabase({ kind: 'postgres', url: limited.href, password });
      expect(await spectra(await server.forService<Tables>(schema, MIGRATIONS))).toEqual([]);
      const missing = server.forService('missing', []);
      await expect(missing).rejects.toThrow(/"missing" can't be made.*permission denied/);
      await server.close();
    }));

  /** Ends the server's side of a connection, as an administrator does. */
  async function terminate(pid: number | undefined): Promise<void> {
    const server = await openDatabase({ kind: 'postgres', url });
    const { db } = await server.forService('administrator', []);
    await sql`SELECT pg_terminate_backend(${pid}::int4)`.execute(db);
    await server.close();
  }

  test('tells of a refused login, an absent server and an absent database, but never the password', async () => {
    const { host, pathname, username } = new URL(url);
    const refused = async (address: string) => {
      const error: unknown = await openDatabase({ kind: 'postgres', url: address }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DatabaseUnavailableError);
      expect(inspect(error, { depth: 10 })).not.toContain('secret-word');
      return (error as Error).message;
    };
    expect(await refused(`postgres://${username}:secret-word@${host}${pathname}`)).toMatch(/password authentication/);
    expect(await refused(url.replace(/[^/]*$/, 'absent'))).toMatch(/"absent" does not exist/);
  });
});

describe('PostgreSQL that is restarted', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('loses no transaction that was acknowledged, and none has to be done again by who asked for it', async () => {
    const database = await openDatabase({ kind: 'postgres', url: server.url });
    const service = await database.forService<Tables>('restarted', MIGRATIONS);
    const acknowledged: string[] = [];
    const unknown: string[] = [];
    let isOver = false;
    const work = async (worker: number) => {
      for (let i = 0; !isOver; i++) {
        const spectrum = `${worker}-${i}`;
        try {
          await service.transaction(async (tx) => {
            await tx.insertInto('label').values({ spectrum, value: 'x' }).execute();
          });
          acknowledged.push(spectrum);
        } catch (error) {
          // The one failure that nobody can hide: the connection broke during the commit itself.
          if (!(error instanceof DatabaseUnavailableError)) throw error;
          unknown.push(spectrum);
        }
      }
    };
    const working = Promise.all([0, 1, 2, 3].map(work));
    for (let restarts = 0; restarts < 3; restarts++) {
      const before = acknowledged.length;
      await vi.waitUntil(() => acknowledged.length > before + 50, { timeout: 60_000 });
      await server.restart();
    }
    isOver = true;
    await working;
    const rows = await service.db.selectFrom('label').select('spectrum').execute();
    const kept = new Set(rows.map(({ spectrum }) => spectrum));
    expect(acknowledged.filter((spectrum) => !kept.has(spectrum))).toEqual([]);
    expect([...kept].filter((spectrum) => !acknowledged.includes(spectrum) && !unknown.includes(spectrum))).toEqual([]);
    await database.close();
  });

  test('is waited for while it starts', async () => {
    const restarting = server.restart();
    const database = await openDatabase({ kind: 'postgres', url: server.url });
    await restarting;
    await expect(database.forService('started', [])).resolves.toHaveProperty('schema', 'started');
    await database.close();
  });
});
