import type { DatabaseConfig, DatabaseServer } from './database.ts';
import { PgliteServer } from './pglite-server.ts';

/**
 * Opens the database that the configuration names.
 * @throws {DatabaseInUseError} when another process has the directory open
 */
export function openDatabase(config: DatabaseConfig): Promise<DatabaseServer> {
  switch (config.kind) {
    case 'pglite':
      return PgliteServer.open(config.directory);
  }
}
