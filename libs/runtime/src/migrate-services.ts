import { openDatabase } from '@spectrawl/database';
import { LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS } from '@spectrawl/event-bus';
import type { Config } from './config.ts';
import type { ServiceDefinition } from './service.ts';

/**
 * Brings the services' schemas up to date, as their start does too: before an upgrade replaces the processes of the last release,
 * which go on working with the new schemas.
 * @throws {MigrationError} which leaves the schema that it names as it was
 */
export async function migrateServices(
  definitions: readonly ServiceDefinition[],
  config: Pick<Config, 'database'>,
): Promise<void> {
  const database = await openDatabase(config.database);
  try {
    for (const { name, migrations } of definitions) {
      if (migrations === undefined) continue;
      const schema = await database.forService<unknown>(name, migrations);
      await schema.migrate(LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS);
    }
  } finally {
    await database.close();
  }
}
