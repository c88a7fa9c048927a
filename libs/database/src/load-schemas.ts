import { sql, type Transaction } from 'kysely';
import type { Migration } from './database.ts';
import { migrateWithin, type MigrationTables } from './migrations.ts';
import type { StoredTable } from './snapshot.ts';

/** A table's rows on their way into it. */
export interface TableToLoad extends StoredTable {
  /** batches of rows as `DatabaseSnapshot.rows` gives them */
  rows(): AsyncIterable<string[]>;
}

/** A schema to be made and filled. */
export interface SchemaToLoad {
  name: string;
  /** by set, in the order in which they are applied */
  migrations: { set: string; toLoad: readonly Migration[]; afterwards: readonly Migration[] }[];
  tables: readonly TableToLoad[];
}

/** There is something in a schema that was to be filled. */
export class SchemaNotEmptyError extends Error {
  override readonly name = 'SchemaNotEmptyError';
  constructor(schema: string, tables: readonly string[]) {
    super(
      `schema "${schema}" has tables already (${tables.join(', ')}): restore into an empty database, or drop the schema if nobody needs it`,
    );
  }
}

/** Refuses schemas that hold any table. @throws {SchemaNotEmptyError} */
export async function assertEmpty(tx: Transaction<unknown>, schemas: readonly string[]): Promise<void> {
  for (const schema of schemas) {
    const { rows } = await sql<{ name: string }>`
      SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${schema} AND c.relkind = 'r' ORDER BY c.relname LIMIT 5`.execute(tx);
    if (rows.length > 0)
      throw new SchemaNotEmptyError(
        schema,
        rows.map(({ name }) => name),
      );
  }
}

/**
 * Makes schemas as they were when their rows were read, fills them, and brings them up to date.
 * @throws {SchemaNotEmptyError} @throws {MigrationError}
 */
export async function loadSchemas(tx: Transaction<unknown>, schemas: readonly SchemaToLoad[]): Promise<void> {
  await assertEmpty(
    tx,
    schemas.map(({ name }) => name),
  );
  await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx);
  for (const { name, migrations, tables } of schemas) {
    await sql`SELECT set_config('search_path', ${JSON.stringify(name)}, true)`.execute(tx);
    const own = tx as unknown as Transaction<MigrationTables>;
    for (const { set, toLoad } of migrations) await migrateWithin(own, name, set, toLoad);
    for (const table of tables) await loadTable(tx, table);
    for (const { set, afterwards } of migrations) await migrateWithin(own, name, set, afterwards);
  }
}

async function loadTable(tx: Transaction<unknown>, { schema, name, columns, identities, rows }: TableToLoad) {
  const table = sql.id(schema, name);
  // Migrations may put rows in, and what is loaded has them, too. Where there are none, logs that refuse changes do not mind.
  const { rows: seeded } = await sql`SELECT FROM ${table} LIMIT 1`.execute(tx);
  if (seeded.length > 0) await sql`DELETE FROM ${table}`.execute(tx);
  const listed = sql.join(columns.map((column) => sql.id(column)));
  for await (const batch of rows()) {
    if (batch.length === 0) continue;
    await sql`INSERT INTO ${table} (${listed}) OVERRIDING SYSTEM VALUE
      SELECT ${listed} FROM json_populate_recordset(NULL::${table}, ${`[${batch.join(',')}]`}::json)`.execute(tx);
  }
  for (const { column, next } of identities) {
    await sql`SELECT setval(pg_get_serial_sequence(${`"${schema}"."${name}"`}, ${column}), ${next}::int8, false)`.execute(
      tx,
    );
  }
}
