import type { Kysely, Transaction } from 'kysely';

/** PostgreSQL inside this process, in a directory, or in memory where that is `memory`. */
export interface PgliteConfig {
  kind: 'pglite';
  directory: string;
}

/** A PostgreSQL server, 14 or newer. */
export interface PostgresConfig {
  kind: 'postgres';
  /** `postgres://user@host:5432/database`, with or without a password; everything else is set here, not in the URL */
  url: string;
  /** instead of one in the URL */
  password?: string | undefined;
  /** Encrypts, and refuses a server whose certificate is not signed by `ca`, or by a public authority without one. All PEM. */
  tls?: { ca?: string | undefined; certificate?: string | undefined; key?: string | undefined } | undefined;
  /** of this process, at most; default 10 */
  maximumConnections?: number | undefined;
}

/** Which database holds the services' state. */
export type DatabaseConfig = PgliteConfig | PostgresConfig;

/** One plain SQL migration. Sets are applied in the order of their names: `0001-campaigns.sql`, `0002-…`. */
export interface Migration {
  name: string;
  sql: string;
}

/** A database that holds one schema for each service. */
export interface DatabaseServer {
  /**
   * Opens a service's own schema, creating it and applying the migrations that it lacks.
   * @param schema the service's word, e.g. `selection`
   * @param migrations the migrations, or the folder of `.sql` files as a `file:` URL that ends in a slash
   * @throws {MigrationError} when a migration fails, was edited after it had been applied, or sorts before an applied one
   */
  forService<Tables>(schema: string, migrations: readonly Migration[] | URL): Promise<ServiceDatabase<Tables>>;
  /**
   * Runs `fn` in one transaction over all schemas that sees them as of one moment, for backups: names are qualified. It is not
   * run again. PGlite's one connection is held meanwhile, and everything else waits.
   */
  acrossSchemas<T>(fn: (tx: Transaction<unknown>) => Promise<T>): Promise<T>;
  /** Looks whether the database answers now. @throws when not, saying why */
  check(): Promise<void>;
  /** Waits for work in progress, closes every service's database and gives up the directory. */
  close(): Promise<void>;
}

/**
 * One service's schema. Unqualified names resolve in it, in queries and in raw SQL alike. Values come as: `int8` number (an
 * unsafe integer is an error), `jsonb` parsed, `bytea` Uint8Array, `timestamptz` Date, `numeric` string.
 */
export interface ServiceDatabase<Tables> {
  readonly schema: string;
  /**
   * For single statements. Inside `transaction` use the transaction that is passed: a statement on `db` would run outside of it
   * and, where there is one connection, wait for ever; it is refused with {@link NestedDatabaseUseError}.
   */
  readonly db: Kysely<Tables>;
  /**
   * Runs `fn` in a transaction, committed when `fn` resolves and rolled back when it rejects. Transactions behave as if one ran
   * after the other. To that end `fn` may be run again, after a rollback, when another transaction came in between: all it does
   * must be on the transaction or in its result. Keep it short and call no other service from within: PGlite has one
   * connection, and everything else in the process waits.
   */
  transaction<T>(fn: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Applies another library's migrations to this schema, remembered under the name of their set. */
  migrate(set: string, migrations: readonly Migration[] | URL): Promise<void>;
  /** The same schema with other tables in its type: for a library that keeps tables of its own beside the service's. */
  withTables<Others>(): ServiceDatabase<Others>;
  /** Ends this service's use of the database; the server stays open. */
  close(): Promise<void>;
}
