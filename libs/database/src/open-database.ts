import type { DatabaseConfig, DatabaseServer } from './database.ts';
import { PgliteServer } from './pglite-server.ts';
import { PostgresServer } from './postgres-server.ts';

/**
 * Opens the database that the configuration names.
 * @throws {DatabaseInUseError} when another process has PGlite's directory open
 * @throws {DatabaseUnavailableError} when PostgreSQL does not answer in a while, or refuses the login
 * @throws {DatabaseConfigError} when the configuration can't be meant
 */
export function openDatabase(config: DatabaseConfig): Promise<DatabaseServer> {
  switch (config.kind) {
    case 'pglite':
      return PgliteServer.open(config.directory);
    case 'postgres':
      return PostgresServer.open(config);
  }
}
