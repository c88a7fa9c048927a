import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, type Transaction } from 'kysely';
import type { DatabaseServer, Migration, PostgresConfig, ServiceDatabase } from './database.ts';
import { migrate, readMigrations, SERVICE_MIGRATION_SET, type MigrationTables } from './migrations.ts';
import { Mutex } from './mutex.ts';
import { observeTransaction } from './observed-transaction.ts';
import { postgresLogin } from './postgres-address.ts';
import { PostgresConnections } from './postgres-connections.ts';
import { postgresDialect } from './postgres-driver.ts';
import type { TransactionRun } from './transaction-scope.ts';

const DEFAULT_MAXIMUM_CONNECTIONS = 10;

/** milliseconds for which a transaction that others come in between of is run again */
const PATIENCE = 60_000;
/** milliseconds before a transaction is run again: at most the first, doubled each time up to the longest */
const PAUSES = { first: 5, longest: 500 };

/** A PostgreSQL server, with one schema a service and one pool of connections for all services of this process. */
export class PostgresServer implements DatabaseServer {
  readonly #connections: PostgresConnections;
  readonly #services = new Set<{ close(): Promise<void> }>();
  readonly #closed = new AbortController();

  private constructor(connections: PostgresConnections) {
    this.#connections = connections;
  }

  /**
   * Connects to the server, which is waited for while it starts.
   * @throws {DatabaseUnavailableError} @throws {DatabaseConfigError}
   */
  static async open(config: PostgresConfig): Promise<PostgresServer> {
    const maximum = config.maximumConnections ?? DEFAULT_MAXIMUM_CONNECTIONS;
    const connections = new PostgresConnections(postgresLogin(config), maximum);
    try {
      connections.release(await connections.acquire('public'), false);
    } catch (error) {
      await connections.close();
      throw error;
    }
    return new PostgresServer(connections);
  }

  async forService<Tables>(schema: string, migrations: readonly Migration[] | URL): Promise<ServiceDatabase<Tables>> {
    const service = new PostgresServiceDatabase<Tables>(this.#connections, schema);
    await service.migrate(SERVICE_MIGRATION_SET, migrations);
    this.#services.add(service);
    return service;
  }

  acrossSchemas<T>(fn: (tx: Transaction<unknown>) => Promise<T>): Promise<T> {
    const { scope } = this.#connections;
    const run: TransactionRun = { isOpen: false };
    const db = new Kysely<unknown>({ dialect: postgresDialect(this.#connections, 'public', this.#closed.signal) });
    return scope.during(run, () =>
      db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute((tx) => scope.inside(run, () => fn(tx))),
    );
  }

  check(): Promise<void> {
    return this.#connections.check();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all([...this.#services].map((service) => service.close()));
    await this.#connections.close();
  }
}

class PostgresServiceDatabase<Tables> implements ServiceDatabase<Tables> {
  readonly schema: string;
  readonly db: Kysely<Tables>;
  readonly #connections: PostgresConnections;
  readonly #closed = new AbortController();
  /** Transactions of this process that came in between of each other are run again one by one. */
  readonly #rerunning = new Mutex();

  constructor(connections: PostgresConnections, schema: string) {
    this.schema = schema;
    this.#connections = connections;
    this.db = new Kysely<Tables>({ dialect: postgresDialect(connections, schema, this.#closed.signal) });
  }

  /**
   * Serializable, so that what was tried on PGlite, where transactions wait for each other, holds here too. One that lost
   * against another, or whose connection broke before its commit, has done nothing and is run again.
   */
  async transaction<T>(fn: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    this.#connections.scope.assertOutside(this.schema);
    return observeTransaction(this.schema, (count) =>
      this.#runUntilDone((tx) => {
        count();
        return fn(tx);
      }),
    );
  }

  async #runUntilDone<T>(fn: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE;
    let turnIsOver: (() => void) | undefined;
    try {
      for (let pause = PAUSES.first; ; pause = Math.min(pause * 2, PAUSES.longest)) {
        const run: TransactionRun = { isOpen: false };
        try {
          return await this.#run(fn, run);
        } catch (error) {
          if (run.loss === undefined || Date.now() > deadline) throw error;
          if (run.loss === 'conflict') turnIsOver ??= await this.#rerunning.acquire();
        }
        // Not all at once: those of other processes are waiting too.
        await delay(pause * Math.random());
      }
    } finally {
      turnIsOver?.();
    }
  }

  #run<T>(fn: (tx: Transaction<Tables>) => Promise<T>, run: TransactionRun): Promise<T> {
    const { scope } = this.#connections;
    return scope.during(run, () =>
      this.db
        .transaction()
        .setIsolationLevel('serializable')
        .execute((tx) => scope.inside(run, () => fn(tx))),
    );
  }

  async migrate(set: string, migrations: readonly Migration[] | URL): Promise<void> {
    const db = this.db as unknown as Kysely<MigrationTables>;
    await migrate(db, this.schema, set, await readMigrations(migrations));
  }

  withTables<Others>(): ServiceDatabase<Others> {
    return this as unknown as ServiceDatabase<Others>;
  }

  /** The connections stay: they are the server's. */
  async close(): Promise<void> {
    this.#closed.abort();
  }
}
