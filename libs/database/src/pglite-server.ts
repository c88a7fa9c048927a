import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PGlite, types, type PGliteOptions } from '@electric-sql/pglite';
import { logger } from '@spectrawl/telemetry';
import { Kysely, type Transaction } from 'kysely';
import type { DatabaseServer, Migration, ServiceDatabase } from './database.ts';
import { lockDirectory } from './directory-lock.ts';
import { startInMemory } from './memory-database.ts';
import { migrate, readMigrations, SERVICE_MIGRATION_SET, type MigrationTables } from './migrations.ts';
import { observeTransaction } from './observed-transaction.ts';
import { pgliteDialect, SharedConnection } from './pglite-driver.ts';
import { SnapshotSocket } from './snapshot-socket.ts';
import { parseInt8 } from './values.ts';

const log = logger('database');

/** Holds the database in memory, for tests. */
export const IN_MEMORY = 'memory';

/** milliseconds */
const VACUUM_INTERVAL = 3_600_000;

/** PGlite takes PostgreSQL's 128 MB of buffers at once; our tables are small. Compiled queries would cost more than they bring. */
const START_PARAMETERS = ['-c', 'shared_buffers=32MB', '-c', 'jit=off'];

/** A PostgreSQL inside this process, with one schema a service and one connection for all of them. */
export class PgliteServer implements DatabaseServer {
  readonly #shared: SharedConnection;
  readonly #services = new Set<{ close(): Promise<void> }>();
  readonly #unlock: () => Promise<void>;
  readonly #vacuum: NodeJS.Timeout;
  readonly #closed = new AbortController();
  #snapshots: SnapshotSocket | undefined;

  private constructor(shared: SharedConnection, unlock: () => Promise<void>) {
    this.#shared = shared;
    this.#unlock = unlock;
    this.#vacuum = setInterval(() => {
      shared.vacuum().catch((error: unknown) => log.warn({ error }, 'the database could not be vacuumed'));
    }, VACUUM_INTERVAL).unref();
  }

  /**
   * Opens the database in a directory, creating it where there is none, or in memory. What was committed survives the death of
   * the process; PGlite does not force writes to the disk, so a power cut may lose or spoil it: use PostgreSQL against that.
   * @throws {DatabaseInUseError} when another process has the directory open
   */
  static async open(directory: string): Promise<PgliteServer> {
    if (directory === IN_MEMORY)
      return new PgliteServer(new SharedConnection(await startInMemory(options())), async () => {});
    await mkdir(directory, { recursive: true });
    const unlock = await lockDirectory(resolve(directory));
    try {
      const shared = new SharedConnection(await PGlite.create(join(directory, 'postgresql'), options()));
      await shared.vacuum();
      const server = new PgliteServer(shared, unlock);
      server.#snapshots = await SnapshotSocket.listen(directory, server);
      return server;
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  async forService<Tables>(schema: string, migrations: readonly Migration[] | URL): Promise<ServiceDatabase<Tables>> {
    const service = new PgliteServiceDatabase<Tables>(this.#shared, schema);
    await service.migrate(SERVICE_MIGRATION_SET, migrations);
    this.#services.add(service);
    return service;
  }

  acrossSchemas<T>(fn: (tx: Transaction<unknown>) => Promise<T>): Promise<T> {
    const db = new Kysely<unknown>({ dialect: pgliteDialect(this.#shared, 'public', this.#closed.signal) });
    return db.transaction().execute((tx) => this.#shared.insideTransaction(() => fn(tx)));
  }

  check(): Promise<void> {
    return this.#shared.check();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#snapshots?.close();
    clearInterval(this.#vacuum);
    await Promise.all([...this.#services].map((service) => service.close()));
    await this.#shared.close();
    await this.#unlock();
  }
}

function options(): PGliteOptions {
  return {
    parsers: { [types.INT8]: parseInt8 },
    startParams: [...PGlite.defaultStartParams, ...START_PARAMETERS],
  };
}

class PgliteServiceDatabase<Tables> implements ServiceDatabase<Tables> {
  readonly schema: string;
  readonly db: Kysely<Tables>;
  readonly #shared: SharedConnection;
  readonly #closed = new AbortController();

  constructor(shared: SharedConnection, schema: string) {
    this.schema = schema;
    this.#shared = shared;
    this.db = new Kysely<Tables>({ dialect: pgliteDialect(shared, schema, this.#closed.signal) });
  }

  transaction<T>(fn: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return observeTransaction(this.schema, (count) =>
      this.db.transaction().execute((tx) => {
        count();
        return this.#shared.insideTransaction(() => fn(tx));
      }),
    );
  }

  async migrate(set: string, migrations: readonly Migration[] | URL): Promise<void> {
    const db = this.db as unknown as Kysely<MigrationTables>;
    await migrate(db, this.schema, set, await readMigrations(migrations));
  }

  withTables<Others>(): ServiceDatabase<Others> {
    return this as unknown as ServiceDatabase<Others>;
  }

  /** The connection stays: it is the server's. */
  async close(): Promise<void> {
    this.#closed.abort();
  }
}
