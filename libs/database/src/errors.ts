/** The database's directory is in use by another process, or by this one already. */
export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';
}

/** The schema can't be brought to the state that this version of the program needs. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** A statement or transaction was started on the database, not on the transaction, inside a transaction. */
export class NestedDatabaseUseError extends Error {
  override readonly name = 'NestedDatabaseUseError';
}

/** A statement was started after the database had been closed. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
}

/** The database server cannot be reached, refuses the login, or takes no more connections. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** What the configuration says of the database cannot be meant. The message never carries a password. */
export class DatabaseConfigError extends Error {
  override readonly name = 'DatabaseConfigError';
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

/** Whether PostgreSQL refused a statement because a row with the same unique key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}
