import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MigrationError, openDatabase } from '@spectrawl/database';
import { migrateServices } from '@spectrawl/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { poolKeeperService } from './pool-keeper.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spectrawl-migrations-'));
});
afterEach(() => rm(directory, { recursive: true }));

const config = () => ({ database: { kind: 'pglite' as const, directory } });

async function migrationsOf(schema: string): Promise<string[]> {
  const database = await openDatabase(config().database);
  try {
    interface Tables {
      schema_migrations: { set_name: string; name: string };
    }
    const service = await database.forService<Tables>(schema, []);
    const rows = await service.transaction((db) => db.selectFrom('schema_migrations').selectAll().execute());
    return rows.map(({ set_name, name }) => `${set_name}: ${name}`).sort();
  } finally {
    await database.close();
  }
}

it("makes a service's tables and those of its ledger, once", async () => {
  const service = poolKeeperService();
  await migrateServices([service], config());
  const applied = await migrationsOf(service.name);
  expect(applied).toContain('service: 0001-pools.sql');
  expect(applied.some((migration) => migration.startsWith('ledger: '))).toBe(true);
  await migrateServices([service], config());
  expect(await migrationsOf(service.name)).toEqual(applied);
});

it('names a migration that fails, and leaves the database to others', async () => {
  const broken = poolKeeperService(new URL('./bad-migrations/', import.meta.url));
  const failure = await migrateServices([broken], config()).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MigrationError);
  expect(failure).toMatchObject({ message: expect.stringContaining('0002-areas.sql') as string });
  await migrateServices([poolKeeperService()], config());
});
