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
export { openDatabase } from './open-database.ts';
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
