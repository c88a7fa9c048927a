import { randomUUID } from 'node:crypto';
import {
  loadSchemas,
  assertEmpty,
  MigrationError,
  migrationsUpTo,
  openDatabase,
  readMigrations,
  SERVICE_MIGRATION_SET,
  type Migration,
  type SchemaToLoad,
} from '@spectrawl/database';
import {
  EVENT_BUS_SCHEMA,
  LEDGER_MIGRATION_SET,
  LEDGER_MIGRATIONS,
  openEventBus,
  publishUnhandledAgain,
  UnknownTopicError,
} from '@spectrawl/event-bus';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import type { Config } from '../config.ts';
import type { ServiceDefinition } from '../service.ts';
import { VERSION } from '../version.ts';
import { openArchive, type Archive } from './archive.ts';
import { BackupError } from './backup-error.ts';
import { inParallel } from './in-parallel.ts';
import { readManifest, type BackedUpTable, type BackupManifest } from './manifest.ts';
import { checked, linesOf } from './measured.ts';
import { everySecond, megabytes } from './write-backup.ts';

/** Rows that go into the database with one statement. */
const ROWS_A_STATEMENT = 1_000;

const OBJECTS_AT_ONCE = 8;

/** What a restore has brought back. */
export interface Restored {
  rows: number;
  objects: number;
  /** events that some service had still to handle, and gets again */
  eventsAgain: number;
}

interface ListedObject {
  key: string;
  bytes: number;
  sha256: string;
}

/**
 * Restores a backup into an empty database, a bus without events, and an object store. The services must not run. The database is
 * filled in one transaction at the end: whatever fails or interrupts before leaves it empty, and the restore can be repeated.
 * @throws {BackupError} @throws {SchemaNotEmptyError} @throws {DatabaseInUseError} while services run on an embedded database
 */
export async function restoreBackup(
  definitions: readonly ServiceDefinition[],
  config: Config,
  from: string,
  report: (line: string) => void = () => undefined,
): Promise<Restored> {
  const archive = await openArchive(from, config.objectStore);
  const manifest = await readManifest(archive);
  report(`backup of ${manifest.created} by Spectrawl ${manifest.version}`);
  const schemas = await schemasToLoad(definitions, manifest, archive, report);
  await verifyTables(archive, manifest);
  const names = definitions.map(({ name }) => name);
  const database = await openDatabase(config.database);
  try {
    await database.acrossSchemas((tx) => assertEmpty(tx, [...names, EVENT_BUS_SCHEMA]));
    await assertNoEvents(definitions, config);
    await restoreObjects(archive, manifest, await openObjectStore(config.objectStore), report);
    const eventsAgain = await database.acrossSchemas(async (tx) => {
      await loadSchemas(tx, schemas);
      const loaded = new Set(schemas.map(({ name }) => name));
      const ledgers = definitions
        .filter(({ name }) => loaded.has(name))
        .map(({ name, produces, consumes }) => ({
          schema: name,
          produces: produces.map(({ topic }) => topic),
          consumes: consumes.map(({ event }) => event.topic),
        }));
      return await publishUnhandledAgain(tx, ledgers, new Date());
    });
    report(`events that a service had still to handle: ${eventsAgain}, published again when the services start`);
    const rows = manifest.schemas.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.rows, 0);
    return { rows, objects: manifest.objects.count, eventsAgain };
  } finally {
    await database.close();
  }
}

/** Matches what the backup holds with what this version knows. @throws {BackupError} */
async function schemasToLoad(
  definitions: readonly ServiceDefinition[],
  { schemas, version }: BackupManifest,
  archive: Archive,
  report: (line: string) => void,
): Promise<SchemaToLoad[]> {
  const newer = `the backup was made by Spectrawl ${version}, this is ${VERSION}: restore it with that version, or a newer one`;
  return await Promise.all(
    schemas.map(async ({ name, migrations, tables }) => {
      const definition = definitions.find((one) => one.name === name);
      if (definition?.migrations === undefined)
        throw new BackupError(`there is no service for schema "${name}"; ${newer}`);
      const known = new Map<string, readonly Migration[]>([
        [SERVICE_MIGRATION_SET, await readMigrations(definition.migrations)],
        [LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS],
      ]);
      const strange = migrations.find(({ set }) => !known.has(set));
      if (strange) throw new BackupError(`schema "${name}" has tables of "${strange.set}"; ${newer}`);
      try {
        return {
          name,
          migrations: [...known].map(([set, all]) => ({
            set,
            ...migrationsUpTo(
              all,
              migrations.filter((one) => one.set === set),
              `schema "${name}"`,
            ),
          })),
          tables: tables.map((table) => ({
            ...table,
            schema: name,
            rows: async function* () {
              yield* rowsOf(archive, table);
              report(`table ${name}.${table.name}: ${table.rows} rows`);
            },
          })),
        };
      } catch (error) {
        if (error instanceof MigrationError) throw new BackupError(`${error.message}; ${newer}`, { cause: error });
        throw error;
      }
    }),
  );
}

async function* rowsOf(archive: Archive, table: BackedUpTable): AsyncIterable<string[]> {
  const what = `${table.file} of the backup ${archive.location}`;
  let rows = 0;
  try {
    for await (const batch of linesOf(checked(what, archive.read(table.file), table), ROWS_A_STATEMENT)) {
      rows += batch.length;
      yield batch;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw new BackupError(`${what} is damaged (${error.message}): use another backup`, { cause: error });
    }
    throw error;
  }
  if (rows !== table.rows) {
    throw new BackupError(`${what} has ${rows} rows instead of ${table.rows}: it is damaged; use another backup`);
  }
}

/** Reads every table once before anything is touched. */
async function verifyTables(archive: Archive, { schemas }: BackupManifest): Promise<void> {
  for (const table of schemas.flatMap(({ tables }) => tables)) {
    for await (const _ of rowsOf(archive, table));
  }
}

/** What an older history has left in the topics would reach the services as news. */
async function assertNoEvents(definitions: readonly ServiceDefinition[], config: Config): Promise<void> {
  if (config.eventBus.kind === 'embedded') return;
  const bus = await openEventBus(config.eventBus, {
    get database(): never {
      throw new Error('this bus keeps its events outside of the database');
    },
  });
  try {
    const topics = new Set(definitions.flatMap(({ produces }) => produces.map(({ topic }) => topic)));
    for (const topic of topics) {
      const events = await bus.lag(`restore-${randomUUID()}`, topic).catch((error: unknown) => {
        if (error instanceof UnknownTopicError) return 0;
        throw error;
      });
      if (events > 0) {
        throw new BackupError(
          `topic "${topic}" holds ${events} events of another history: delete the topics, or set eventBus.topicPrefix to another one`,
        );
      }
    }
  } finally {
    await bus.close();
  }
}

async function restoreObjects(
  archive: Archive,
  { objects }: BackupManifest,
  store: ObjectStore,
  report: (line: string) => void,
): Promise<void> {
  let count = 0;
  let bytes = 0;
  const progress = everySecond(report);
  const list = checked(`${objects.file} of the backup ${archive.location}`, archive.read(objects.file), objects);
  async function* listed(): AsyncIterable<ListedObject> {
    for await (const batch of linesOf(list, 100)) for (const line of batch) yield JSON.parse(line) as ListedObject;
  }
  await inParallel(listed(), OBJECTS_AT_ONCE, async (object) => {
    if (objects.included) await restoreObject(archive, store, object);
    else await verifyObject(store, object);
    count += 1;
    bytes += object.bytes;
    progress(() => `objects: ${count} of ${objects.count}, ${megabytes(bytes)}`);
  });
  if (count !== objects.count) {
    throw new BackupError(
      `the backup lists ${count} objects instead of ${objects.count}: it is damaged; use another one`,
    );
  }
  report(`objects: ${count}, ${megabytes(bytes)}${objects.included ? '' : ' (were there, checked)'}`);
}

/** An object that an interrupted restore has brought already is not copied again. */
async function restoreObject(archive: Archive, store: ObjectStore, object: ListedObject): Promise<void> {
  const there = await store.head(object.key);
  if (there?.size === object.bytes && (await isSame(store, object))) return;
  if (there) {
    throw new BackupError(
      `the object store has another object "${object.key}" than the backup: restore into an empty bucket or folder, or set another prefix`,
    );
  }
  const what = `objects/${object.key} of the backup ${archive.location}`;
  await store.put(object.key, checked(what, archive.read(`objects/${object.key}`), object));
}

async function verifyObject(store: ObjectStore, object: ListedObject): Promise<void> {
  const there = await store.head(object.key);
  const advice = 'bring it back from the backup of the object store, then restore again';
  if (!there) throw new BackupError(`the object store lacks "${object.key}": ${advice}`);
  if (there.size !== object.bytes || !(await isSame(store, object))) {
    throw new BackupError(
      `the object store has another object "${object.key}" than at the time of the backup: ${advice}`,
    );
  }
}

async function isSame(store: ObjectStore, object: ListedObject): Promise<boolean> {
  try {
    for await (const _ of checked(object.key, store.stream(object.key), object));
    return true;
  } catch (error) {
    if (error instanceof BackupError) return false;
    throw error;
  }
}
