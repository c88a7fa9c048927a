import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { sql, type Kysely, type Transaction } from 'kysely';
import type { Migration } from './database.ts';
import { MigrationError } from './errors.ts';

/** e.g. `0001-campaigns.sql`: the number orders, the words tell. */
const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;

/** Under which a schema remembers the service's own migrations; libraries' have other names. */
export const SERVICE_MIGRATION_SET = 'service';

/** Where a schema remembers the migrations it has had. */
export interface MigrationTables {
  schema_migrations: { set_name: string; name: string; checksum: string };
}

/**
 * Reads a folder of migrations; a list is passed through. @returns them in the order of their names
 * @throws {MigrationError} on a file that is no migration, or a name that occurs twice
 */
export async function readMigrations(source: readonly Migration[] | URL): Promise<Migration[]> {
  const migrations = source instanceof URL ? await readFolder(source) : source;
  const sorted = migrations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const twice = sorted.find((migration, i) => migration.name === sorted[i + 1]?.name);
  if (twice) throw new MigrationError(`there are two migrations "${twice.name}": number one of them anew`);
  return sorted;
}

async function readFolder(folder: URL): Promise<Migration[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new MigrationError(`can't read the migrations in ${fileURLToPath(folder)}`, { cause: error });
  });
  return Promise.all(
    names.map(async (name) => {
      if (!FILE_NAME.test(name)) {
        throw new MigrationError(`${fileURLToPath(new URL(name, folder))} is not named like 0001-what-it-does.sql`);
      }
      return { name, sql: await readFile(new URL(name, folder), 'utf8') };
    }),
  );
}

/**
 * Brings a schema up to date with one set of migrations, all or nothing. Migrations that a later version of the program has
 * applied are left alone, so that the last release still starts on the new schema.
 * @throws {MigrationError} when a migration fails, was edited after it had been applied, or sorts before an applied one
 */
export async function migrate(
  db: Kysely<MigrationTables>,
  schema: string,
  set: string,
  migrations: readonly Migration[],
): Promise<void> {
  await db.transaction().execute((tx) => migrateWithin(tx, schema, set, migrations));
}

/**
 * As {@link migrate}, within a transaction whose unqualified names resolve in the schema.
 * @throws {MigrationError}
 */
export async function migrateWithin(
  tx: Transaction<MigrationTables>,
  schema: string,
  set: string,
  migrations: readonly Migration[],
): Promise<void> {
  // One process at a time: the second one then finds the work done. The key is the ASCII code of "spectraw".
  await sql`SELECT pg_advisory_xact_lock(${sql.lit(0x7370_6563)}, ${sql.lit(0x7472_6177)})`.execute(tx);
  await makeSchema(tx, schema);
  await sql`CREATE TABLE IF NOT EXISTS schema_migrations (
      set_name text NOT NULL,
      name text NOT NULL,
      checksum text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (set_name, name)
    )`.execute(tx);
  const rows = await tx.selectFrom('schema_migrations').selectAll().where('set_name', '=', set).execute();
  const applied = new Map(rows.map((row) => [row.name, row.checksum]));
  const newest = rows.map((row) => row.name).reduce((a, b) => (a > b ? a : b), '');
  for (const migration of migrations) {
    const where = `migration "${migration.name}" of ${set}, schema "${schema}"`;
    const checksum = checksumOf(migration.sql);
    const before = applied.get(migration.name);
    if (before === checksum) continue;
    if (before !== undefined) {
      throw new MigrationError(`${where}, was edited after it had been applied: restore it and add a new migration`);
    }
    if (migration.name < newest) {
      throw new MigrationError(`${where}, sorts before "${newest}", which is applied already: give it a higher number`);
    }
    try {
      await sql.raw(migration.sql).execute(tx);
    } catch (error) {
      throw new MigrationError(`${where}, failed: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
    await tx.insertInto('schema_migrations').values({ set_name: set, name: migration.name, checksum }).execute();
  }
}

/** Whoever may not make schemas can do without, where an administrator has made the service's: even IF NOT EXISTS asks for the right. */
async function makeSchema(db: Kysely<MigrationTables>, schema: string): Promise<void> {
  const { rows } = await sql<{ exists: boolean }>`
    SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = ${schema}) AS exists`.execute(db);
  if (rows[0]?.exists) return;
  try {
    await sql`CREATE SCHEMA ${sql.id(schema)}`.execute(db);
  } catch (error) {
    throw new MigrationError(
      `schema "${schema}" can't be made (${error instanceof Error ? error.message : String(error)}): have it made for this user`,
      { cause: error },
    );
  }
}

function checksumOf(script: string): string {
  return createHash('sha256').update(script.replaceAll('\r\n', '\n')).digest('hex');
}

/**
 * Parts the migrations of a set into those that a schema has had and those that it lacks.
 * @param applied names and checksums of what it has had
 * @throws {MigrationError} when it has had one that is not among them, or that was edited since
 */
export function migrationsUpTo(
  migrations: readonly Migration[],
  applied: readonly { name: string; checksum: string }[],
  where: string,
): { toLoad: Migration[]; afterwards: Migration[] } {
  for (const { name, checksum } of applied) {
    const known = migrations.find((migration) => migration.name === name);
    if (!known) throw new MigrationError(`${where} has had migration "${name}", which this version does not know`);
    if (checksumOf(known.sql) !== checksum) {
      throw new MigrationError(`${where} has had another migration "${name}" than the one that this version knows`);
    }
  }
  const names = new Set(applied.map(({ name }) => name));
  return {
    toLoad: migrations.filter(({ name }) => names.has(name)),
    afterwards: migrations.filter(({ name }) => !names.has(name)),
  };
}
