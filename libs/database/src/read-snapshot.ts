import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DatabaseConfig } from './database.ts';
import { DatabaseInUseError, DatabaseUnavailableError } from './errors.ts';
import { openDatabase } from './open-database.ts';
import { readThroughSocket } from './snapshot-socket.ts';
import { snapshotWithin, type DatabaseSnapshot } from './snapshot.ts';

/**
 * Reads schemas as of one moment, while services use them or not. The process that has an embedded database open gives the
 * snapshot, and stands still while its rows are read.
 * @throws {DatabaseUnavailableError} when there is no such database, or no way to it
 */
export async function readSnapshot<T>(
  config: DatabaseConfig,
  schemas: readonly string[],
  use: (snapshot: DatabaseSnapshot) => Promise<T>,
): Promise<T> {
  if (config.kind === 'pglite') {
    await access(join(config.directory, 'postgresql')).catch((error: unknown) => {
      throw new DatabaseUnavailableError(`there is no database in ${config.directory}: name the folder that holds it`, {
        cause: error,
      });
    });
  }
  const server = await openDatabase(config).catch((error: unknown) => {
    if (error instanceof DatabaseInUseError && config.kind === 'pglite') return undefined;
    throw error;
  });
  if (server === undefined && config.kind === 'pglite') {
    return await readThroughSocket(resolve(config.directory), schemas, use);
  }
  try {
    return await server!.acrossSchemas(async (tx) => use(await snapshotWithin(tx, schemas)));
  } finally {
    await server?.close();
  }
}
