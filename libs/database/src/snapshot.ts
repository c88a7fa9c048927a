import { sql, type Transaction } from 'kysely';

/** Rows that are read at once. */
const ROWS_A_BATCH = 1_000;

/** A migration that a schema has had. */
export interface AppliedMigration {
  set: string;
  name: string;
  /** SHA-256 of its SQL, hexadecimal */
  checksum: string;
}

/** One table of a schema, as it is stored. */
export interface StoredTable {
  schema: string;
  name: string;
  columns: string[];
  /** the columns that number rows by themselves, and the number that each gives next */
  identities: { column: string; next: string }[];
}

/** One schema: its migrations, and its tables with those that others refer to first. */
export interface StoredSchema {
  name: string;
  migrations: AppliedMigration[];
  tables: StoredTable[];
}

/** Schemas as they were at one moment. Read the tables one after the other. */
export interface DatabaseSnapshot {
  readonly schemas: readonly StoredSchema[];
  /** The rows of a table in batches, each row a JSON object by column name, as PostgreSQL's `row_to_json` writes it. */
  rows(table: StoredTable): AsyncIterable<string[]>;
}

/** Reads schemas within a transaction that sees them as of one moment. Schemas that do not exist are left out. */
export async function snapshotWithin(tx: Transaction<unknown>, names: readonly string[]): Promise<DatabaseSnapshot> {
  // Whoever reads may be slow, and is not idle.
  await sql`SET LOCAL idle_in_transaction_session_timeout = 0`.execute(tx);
  const schemas: StoredSchema[] = [];
  for (const name of names) {
    const tables = await tablesOf(tx, name);
    if (!tables.includes('schema_migrations')) continue;
    const { rows: migrations } = await sql<AppliedMigration>`
      SELECT set_name AS set, name, checksum FROM ${sql.id(name, 'schema_migrations')} ORDER BY set_name, name`.execute(
      tx,
    );
    const stored: StoredTable[] = [];
    for (const table of tables) {
      if (table !== 'schema_migrations') stored.push(await describeTable(tx, name, table));
    }
    schemas.push({ name, migrations, tables: stored });
  }
  return { schemas, rows: (table) => rowsOf(tx, table) };
}

/** The tables of a schema by name, those that others refer to first. */
async function tablesOf(tx: Transaction<unknown>, schema: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relkind = 'r' ORDER BY c.relname`.execute(tx);
  const { rows: references } = await sql<{ child: string; parent: string }>`
    SELECT child.relname AS child, parent.relname AS parent
    FROM pg_constraint k
      JOIN pg_class child ON child.oid = k.conrelid
      JOIN pg_class parent ON parent.oid = k.confrelid
      JOIN pg_namespace n ON n.oid = child.relnamespace
    WHERE k.contype = 'f' AND n.nspname = ${schema}`.execute(tx);
  return parentsFirst(
    tables.map(({ name }) => name),
    references,
  );
}

/** @throws {Error} where tables refer to each other in a circle */
export function parentsFirst(
  tables: readonly string[],
  references: readonly { child: string; parent: string }[],
): string[] {
  const sorted = new Set<string>();
  const open = new Set(tables);
  while (open.size > 0) {
    const ready = [...open].filter((table) =>
      references.every(({ child, parent }) => child !== table || parent === table || sorted.has(parent)),
    );
    if (ready.length === 0) throw new Error(`the tables ${[...open].join(', ')} refer to each other in a circle`);
    for (const table of ready) {
      sorted.add(table);
      open.delete(table);
    }
  }
  return [...sorted];
}

async function describeTable(tx: Transaction<unknown>, schema: string, name: string): Promise<StoredTable> {
  const { rows } = await sql<{ column: string; sequence: string | null }>`
    SELECT a.attname AS column, pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) AS sequence
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relname = ${name} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    ORDER BY a.attnum`.execute(tx);
  const identities: StoredTable['identities'] = [];
  for (const { column, sequence } of rows) {
    if (sequence === null) continue;
    // Sequences know no transactions: the number may be ahead of the rows, never behind them.
    const { rows: states } = await sql<{ next: string }>`
      SELECT (last_value + CASE WHEN is_called THEN 1 ELSE 0 END)::text AS next FROM ${sql.raw(sequence)}`.execute(tx);
    identities.push({ column, next: states[0]?.next ?? '1' });
  }
  return { schema, name, columns: rows.map(({ column }) => column), identities };
}

async function* rowsOf(tx: Transaction<unknown>, { schema, name, columns }: StoredTable): AsyncIterable<string[]> {
  const listed = sql.join(columns.map((column) => sql.id(column)));
  await sql`DECLARE snapshot_rows NO SCROLL CURSOR FOR
    SELECT row_to_json("the row")::text AS row FROM (SELECT ${listed} FROM ${sql.id(schema, name)}) AS "the row"`.execute(
    tx,
  );
  for (;;) {
    const { rows } = await sql<{ row: string }>`FETCH ${sql.lit(ROWS_A_BATCH)} FROM snapshot_rows`.execute(tx);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await sql`CLOSE snapshot_rows`.execute(tx);
}
