import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  DatabaseClosedError,
  isUniqueViolation,
  jsonb,
  loadSchemas,
  MigrationError,
  migrationsUpTo,
  NestedDatabaseUseError,
  SchemaNotEmptyError,
  sql,
  type DatabaseServer,
  type Generated,
  type Migration,
  type ServiceDatabase,
} from '../index.ts';
import { snapshotWithin } from '../snapshot.ts';

interface Tables {
  spectrum: { id: string; views: Generated<number> };
}

const MIGRATIONS = [
  { name: '0002-views.sql', sql: 'ALTER TABLE spectrum ADD COLUMN views int8 NOT NULL DEFAULT 0;' },
  { name: '0001-spectrum.sql', sql: 'CREATE TABLE spectrum (id text PRIMARY KEY);\nCREATE INDEX ON spectrum (id);' },
];

/** The specification of {@link DatabaseServer}: every adapter passes it. `open` gives a server that may hold other schemas. */
export function describeDatabaseContract(adapter: string, open: () => Promise<DatabaseServer>): void {
  describe(`${adapter} keeps the database contract`, () => {
    let server: DatabaseServer;

    beforeAll(async () => {
      server = await open();
    });
    afterAll(() => server.close());

    const freshSchema = () => `contract_${randomUUID().replaceAll('-', '')}`;
    const service = (schema = freshSchema()): Promise<ServiceDatabase<Tables>> => server.forService(schema, MIGRATIONS);
    const ids = async (database: ServiceDatabase<Tables>) =>
      (await database.db.selectFrom('spectrum').select('id').orderBy('id').execute()).map((row) => row.id);

    describe('a snapshot', () => {
      test('of an older schema is loaded as it was, then brought up to date', async () => {
        const [, first] = MIGRATIONS as [Migration, Migration];
        const schema = freshSchema();
        const types = {
          name: '0001-spectrum.sql',
          sql: `${first.sql}
            CREATE TABLE example (number int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text REFERENCES spectrum,
              bytes bytea, at timestamptz, value float8, list jsonb, stored boolean);`,
        };
        const before = await server.forService<Tables>(schema, [types]);
        await before.db
          .insertInto('spectrum')
          .values([{ id: 'a' }, { id: 'ä "\n' }])
          .execute();
        await sql`INSERT INTO example (id, bytes, at, value, list, stored)
          VALUES ('a', '\\x00ff', '2020-02-02T02:02:02.123456Z', 0.1, '["x", null, 1.50]', true), (NULL, NULL, NULL, 'NaN', NULL, NULL)`.execute(
          before.db,
        );
        const example = () =>
          sql`SELECT number, id, bytes, at::text, value::text, list::text, stored
          FROM ${sql.id(schema, 'example')} ORDER BY number`.execute(before.db);
        const { rows: examples } = await example();
        const kept = await server.acrossSchemas(async (tx) => {
          const snapshot = await snapshotWithin(tx, [schema, 'absent']);
          const tables = [];
          for (const table of snapshot.schemas[0]!.tables) {
            const rows: string[] = [];
            for await (const batch of snapshot.rows(table)) rows.push(...batch);
            tables.push({ ...table, rows: () => one(rows) });
          }
          return { schemas: snapshot.schemas, tables };
        });
        expect(kept.schemas.map(({ name }) => name)).toEqual([schema]);
        expect(kept.tables.map(({ name }) => name)).toEqual(['spectrum', 'example']);
        const views: Migration = { ...MIGRATIONS[0]!, sql: MIGRATIONS[0]!.sql };
        const parts = migrationsUpTo([types, views], kept.schemas[0]!.migrations, schema);
        const toLoad = { name: schema, migrations: [{ set: 'service', ...parts }], tables: kept.tables };
        const load = () => server.acrossSchemas((tx) => loadSchemas(tx, [toLoad]));
        await expect(load()).rejects.toThrow(SchemaNotEmptyError);
        await sql`DROP SCHEMA ${sql.id(schema)} CASCADE`.execute(before.db);
        await load();
        const after = await server.forService<Tables>(schema, [types, views]);
        expect(await after.db.selectFrom('spectrum').selectAll().orderBy('id').execute()).toEqual([
          { id: 'a', views: 0 },
          { id: 'ä "\n', views: 0 },
        ]);
        expect((await example()).rows).toEqual(examples);
        // Numbers go on where they were.
        await sql`INSERT INTO example (id) VALUES ('a')`.execute(after.db);
        expect((await example()).rows.at(-1)).toMatchObject({ number: 3 });
      });

      test('that has had unknown migrations, or others of the same name, is refused', () => {
        const applied = [{ name: '0009-later.sql', checksum: '' }];
        expect(() => migrationsUpTo(MIGRATIONS, applied, 'schema "x"')).toThrow(/0009-later\.sql.*does not know/);
        const edited = [{ name: '0001-spectrum.sql', checksum: '' }];
        expect(() => migrationsUpTo(MIGRATIONS, edited, 'schema "x"')).toThrow(
          /another migration "0001-spectrum\.sql"/,
        );
      });
    });

    describe('migrations', () => {
      test('are applied in the order of their names, once', async () => {
        const schema = freshSchema();
        await (await service(schema)).db.insertInto('spectrum').values({ id: 'a' }).execute();
        expect(await ids(await service(schema))).toEqual(['a']);
      });

      test('make the tables in the service’s own schema', async () => {
        const [one, other] = [await service(), await service()];
        await one.db.insertInto('spectrum').values({ id: 'a' }).execute();
        expect(await ids(other)).toEqual([]);
        const { rows } = await sql<{ schema: string }>`SELECT current_schema() AS schema`.execute(other.db);
        expect(rows).toEqual([{ schema: other.schema }]);
      });

      test('refuse to start when an applied one was edited', async () => {
        const { schema } = await service();
        const edited = MIGRATIONS.map(({ name, sql: script }) => ({ name, sql: `${script} -- edited` }));
        await expect(server.forService(schema, edited)).rejects.toThrow(MigrationError);
        await expect(server.forService(schema, edited)).rejects.toThrow(/0001-spectrum\.sql.*edited/);
      });

      test('refuse one that sorts before an applied one', async () => {
        const { schema } = await service();
        const late = [...MIGRATIONS, { name: '0000-late.sql', sql: 'SELECT 1' }];
        await expect(server.forService(schema, late)).rejects.toThrow(/0000-late\.sql.*higher number/);
      });

      test('refuse two of one name', async () => {
        await expect(server.forService(freshSchema(), [...MIGRATIONS, ...MIGRATIONS])).rejects.toThrow(MigrationError);
      });

      test('leave nothing behind when one fails', async () => {
        const schema = freshSchema();
        const broken = [
          ...MIGRATIONS,
          { name: '0003-broken.sql', sql: 'CREATE TABLE orphan (a int4); SELECT nonsense;' },
        ];
        await expect(server.forService(schema, broken)).rejects.toThrow(/0003-broken\.sql.*nonsense/);
        expect(await ids(await service(schema))).toEqual([]);
      });

      test('let the last release start on the schema of the next', async () => {
        const schema = freshSchema();
        await server.forService(schema, [...MIGRATIONS, { name: '0003-next.sql', sql: 'CREATE TABLE next (a int4)' }]);
        expect(await ids(await service(schema))).toEqual([]);
      });

      test('of another set stand beside the service’s', async () => {
        const database = await service();
        const ledger = [{ name: '0001-spectrum.sql', sql: 'CREATE TABLE outbox (position int8)' }];
        await database.migrate('ledger', ledger);
        await database.migrate('ledger', ledger);
        const { db } = database.withTables<{ outbox: { position: number } }>();
        expect(await db.selectFrom('outbox').selectAll().execute()).toEqual([]);
      });

      test('that two processes start at once are applied once', async () => {
        const schema = freshSchema();
        const [one, other] = await Promise.all([service(schema), service(schema)]);
        await one.db.insertInto('spectrum').values({ id: 'a' }).execute();
        expect(await ids(other)).toEqual(['a']);
      });
    });

    describe('transactions', () => {
      test('commit together what they did', async () => {
        const database = await service();
        const result = await database.transaction(async (tx) => {
          await tx.insertInto('spectrum').values({ id: 'a' }).execute();
          await tx.insertInto('spectrum').values({ id: 'b' }).execute();
          return 'done';
        });
        expect(result).toBe('done');
        expect(await ids(database)).toEqual(['a', 'b']);
      });

      test('leave nothing when they fail', async () => {
        const database = await service();
        const failing = database.transaction(async (tx) => {
          await tx.insertInto('spectrum').values({ id: 'a' }).execute();
          throw new Error('changed its mind');
        });
        await expect(failing).rejects.toThrow('changed its mind');
        expect(await ids(database)).toEqual([]);
      });

      test('do not pretend to commit after a failed statement that was overlooked', async () => {
        const database = await service();
        const overlooking = database.transaction(async (tx) => {
          await tx.insertInto('spectrum').values({ id: 'a' }).execute();
          await sql`SELECT nonsense`.execute(tx).catch(() => undefined);
        });
        await expect(overlooking).rejects.toThrow(/rolled back|abort/i);
        expect(await ids(database)).toEqual([]);
      });

      test('are not joined by a statement from outside', async () => {
        const database = await service();
        const { promise: inserted, resolve: hasInserted } = Promise.withResolvers<void>();
        const { promise: asked, resolve: hasAsked } = Promise.withResolvers<void>();
        const rolledBack = database.transaction(async (tx) => {
          await tx.insertInto('spectrum').values({ id: 'a' }).execute();
          hasInserted();
          await asked;
          throw new Error('rolled back');
        });
        await inserted;
        const outside = ids(database);
        const insert = database.db.insertInto('spectrum').values({ id: 'b' }).execute();
        hasAsked();
        await expect(rolledBack).rejects.toThrow('rolled back');
        expect(await outside).not.toContain('a');
        await insert;
        expect(await ids(database)).toEqual(['b']);
      });

      test('of several services at once lose no update', async () => {
        const databases = [await service(), await service()];
        for (const { db } of databases) await db.insertInto('spectrum').values({ id: 'a' }).execute();
        const view = (database: ServiceDatabase<Tables>) =>
          database.transaction(async (tx) => {
            const row = tx.selectFrom('spectrum').selectAll().where('id', '=', 'a').forUpdate();
            const { views } = await row.executeTakeFirstOrThrow();
            await tx
              .updateTable('spectrum')
              .set({ views: views + 1 })
              .execute();
          });
        await Promise.all(Array.from({ length: 40 }, (_, i) => view(databases[i % 2] as ServiceDatabase<Tables>)));
        for (const { db } of databases) {
          expect(await db.selectFrom('spectrum').select('views').execute()).toEqual([{ views: 20 }]);
        }
      });

      test('behave as if one ran after the other', async () => {
        const database = await service();
        // Each counts the rows and adds one of that number: none may have missed another’s.
        const count = () =>
          database.transaction(async (tx) => {
            const rows = await tx.selectFrom('spectrum').selectAll().execute();
            await tx
              .insertInto('spectrum')
              .values({ id: String(Math.random()), views: rows.length })
              .execute();
          });
        await Promise.all(Array.from({ length: 12 }, count));
        const rows = await database.db.selectFrom('spectrum').select('views').orderBy('views').execute();
        expect(rows.map(({ views }) => views)).toEqual(Array.from({ length: 12 }, (_, i) => i));
      });

      test('refuse a statement or transaction beside them from within, instead of waiting for ever', async () => {
        const [database, other] = [await service(), await service()];
        const nested = [
          () => ids(database),
          () => ids(other),
          () => database.transaction(async () => undefined),
          () => other.transaction(async () => undefined),
        ];
        for (const use of nested) {
          await expect(database.transaction(async () => use())).rejects.toThrow(NestedDatabaseUseError);
        }
        expect(await ids(database)).toEqual([]);
      });

      test('let what they started go on when they are over', async () => {
        const database = await service();
        const { promise: over, resolve: isOver } = Promise.withResolvers<void>();
        const later = await database.transaction(async (tx) => {
          await tx.insertInto('spectrum').values({ id: 'a' }).execute();
          return { read: over.then(() => ids(database)) };
        });
        isOver();
        expect(await later.read).toEqual(['a']);
      });
    });

    describe('values', () => {
      const select = async (expression: ReturnType<typeof sql>) => {
        const { rows } = await sql<{ value: unknown }>`SELECT ${expression} AS value`.execute((await values()).db);
        return rows[0]?.value;
      };
      let opened: Promise<ServiceDatabase<Tables>> | undefined;
      const values = () => (opened ??= service());

      test.each([
        ['int8', sql`9007199254740991::int8`, Number.MAX_SAFE_INTEGER],
        ['int8 parameter', sql`${5}::int8`, 5],
        ['count', sql`(SELECT count(*) FROM spectrum)`, 0],
        ['float8', sql`0.1::float8`, 0.1],
        ['numeric', sql`0.10::numeric`, '0.10'],
        ['boolean', sql`true`, true],
        ['null', sql`null::int8`, null],
        ['timestamptz', sql`${new Date(1e12)}::timestamptz`, new Date(1e12)],
        ['jsonb object', jsonb({ a: [1, null, 'x'] }), { a: [1, null, 'x'] }],
        ['jsonb array', jsonb([1, 2]), [1, 2]],
        ['jsonb string', jsonb('1'), '1'],
        ['int8 array', sql`array[1, null, 9007199254740991]::int8[]`, [1, null, Number.MAX_SAFE_INTEGER]],
        ['text array', sql`${['a', 'b"c,']}::text[]`, ['a', 'b"c,']],
      ])('%s', async (_type, expression, expected) => {
        expect(await select(expression)).toEqual(expected);
      });

      test('bytea', async () => {
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
        const value = await select(sql`${bytes}::bytea`);
        expect(value).toBeInstanceOf(Uint8Array);
        expect([...(value as Uint8Array)]).toEqual([...bytes]);
      });

      test('an int8 that no number holds is an error', async () => {
        await expect(select(sql`9007199254740993::int8`)).rejects.toThrow(/9007199254740993/);
        expect(await select(sql`1::int8`)).toBe(1);
      });
    });

    test('tells a unique violation from other errors', async () => {
      const { db } = await service();
      await db.insertInto('spectrum').values({ id: 'a' }).execute();
      const error = await db
        .insertInto('spectrum')
        .values({ id: 'a' })
        .execute()
        .catch((e: unknown) => e);
      expect(isUniqueViolation(error)).toBe(true);
      expect(isUniqueViolation(await sql`SELECT nonsense`.execute(db).catch((e: unknown) => e))).toBe(false);
      expect(await ids(await service())).toEqual([]);
    });

    test('refuses work once a service’s database or the server is closed', async () => {
      const database = await service();
      await database.close();
      await expect(ids(database)).rejects.toThrow(DatabaseClosedError);
      const second = await open();
      const schema = freshSchema();
      const closing = await second.forService<Tables>(schema, MIGRATIONS);
      await closing.db.insertInto('spectrum').values({ id: 'a' }).execute();
      await second.close();
      await expect(ids(closing)).rejects.toThrow(DatabaseClosedError);
    });
  });
}

async function* one<T>(value: T): AsyncIterable<T> {
  yield value;
}
