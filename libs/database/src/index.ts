export type {
  DatabaseConfig,
  DatabaseServer,
  Migration,
  PgliteConfig,
  PostgresConfig,
  ServiceDatabase,
} from './database.ts';
export {
  DatabaseClosedError,
  DatabaseConfigError,
  DatabaseInUseError,
  DatabaseUnavailableError,
  isUniqueViolation,
  MigrationError,
  NestedDatabaseUseError,
} from './errors.ts';
export { assertEmpty, loadSchemas, SchemaNotEmptyError, type SchemaToLoad, type TableToLoad } from './load-schemas.ts';
export { migrationsUpTo, readMigrations, SERVICE_MIGRATION_SET } from './migrations.ts';
export { openDatabase } from './open-database.ts';
export { readSnapshot } from './read-snapshot.ts';
export type { AppliedMigration, DatabaseSnapshot, StoredSchema, StoredTable } from './snapshot.ts';
export { jsonb } from './values.ts';
export {
  sql,
  type ColumnType,
  type Generated,
  type Insertable,
  type Kysely,
  type Selectable,
  type Transaction,
  type Updateable,
} from 'kysely';
