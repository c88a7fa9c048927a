import type { PGlite } from '@electric-sql/pglite';
import { logger } from '@spectrawl/telemetry';
import {
  AbortedTransactionError,
  type CompiledQuery,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import { DatabaseClosedError } from './errors.ts';
import { Mutex } from './mutex.ts';
import { TransactionScope } from './transaction-scope.ts';

const log = logger('database');

/** A transaction that holds the only connection this long (milliseconds) is reported: it may wait for what waits for it. */
const LONG_TRANSACTION = 30_000;

/**
 * PGlite's one connection, shared by the services of the process. Whoever holds it is alone, for a statement or for a whole
 * transaction; Kysely's own driver for PGlite would let a statement of another request slip into an open transaction.
 */
export class SharedConnection {
  readonly #pglite: PGlite;
  readonly #mutex = new Mutex();
  readonly #scope = new TransactionScope();
  #searchPath = '';
  #closed = false;

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  /** Waits for its turn and makes `schema` the one in which unqualified names resolve. */
  async acquire(schema: string): Promise<HeldConnection> {
    this.#scope.assertOutside(schema);
    const release = await this.#mutex.acquire();
    try {
      if (this.#closed) throw new DatabaseClosedError(`the database of "${schema}" is closed`);
      if (this.#searchPath !== schema) {
        await this.#pglite.exec(`SET search_path TO ${JSON.stringify(schema)}`);
        this.#searchPath = schema;
      }
    } catch (error) {
      release();
      throw error;
    }
    return new HeldConnection(this.#pglite, release);
  }

  /** Runs `fn` so that {@link acquire} refuses, until it is over, whatever it starts. */
  insideTransaction<T>(fn: () => Promise<T>): Promise<T> {
    return this.#scope.inside({ isOpen: false }, fn);
  }

  /** Looks whether the database answers, in its turn. */
  async check(): Promise<void> {
    const connection = await this.acquire('public');
    try {
      await this.#pglite.exec('SELECT 1');
    } finally {
      connection.release();
    }
  }

  /** Gives the space of deleted rows back and refreshes the planner's statistics; PGlite has no process that would. */
  async vacuum(): Promise<void> {
    const connection = await this.acquire('public');
    try {
      await this.#pglite.exec('VACUUM (ANALYZE)');
    } finally {
      connection.release();
    }
  }

  /** Waits for whoever holds or has asked for the connection, then closes the database. */
  async close(): Promise<void> {
    if (this.#closed) return;
    const release = await this.#mutex.acquire();
    this.#closed = true;
    try {
      await this.#pglite.close();
    } finally {
      release();
    }
  }
}

class HeldConnection implements DatabaseConnection {
  readonly #pglite: PGlite;
  readonly #release: () => void;
  #warning: NodeJS.Timeout | undefined;

  constructor(pglite: PGlite, release: () => void) {
    this.#pglite = pglite;
    this.#release = release;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      // Without parameters the simple protocol, as PostgreSQL's own client does: it takes several statements at once.
      const result =
        parameters.length === 0
          ? (await this.#pglite.exec(sql)).at(-1)
          : await this.#pglite.query<R>(sql, parameters as unknown[]);
      return {
        rows: (result?.rows ?? []) as R[],
        ...(result?.affectedRows === undefined ? {} : { numAffectedRows: BigInt(result.affectedRows) }),
      };
    } catch (error) {
      // PGlite attaches the parameters to its errors; they may be big or secret, and the error may be logged.
      if (error instanceof Error && 'params' in error) delete error.params;
      throw error;
    }
  }

  // eslint-disable-next-line require-yield -- the interface wants a generator
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PGlite has no cursors: read in pages by key instead');
  }

  async begin(): Promise<void> {
    this.#warning = setTimeout(() => {
      log.warn({ seconds: LONG_TRANSACTION / 1000 }, 'a transaction holds the only database connection for long');
    }, LONG_TRANSACTION).unref();
    await this.#pglite.exec('BEGIN');
  }

  async commit(): Promise<void> {
    const [result] = await this.#pglite.exec('COMMIT');
    // After a failed statement PostgreSQL answers COMMIT by rolling back, which must not pass for success.
    if (result?.command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  async rollback(): Promise<void> {
    await this.#pglite.exec('ROLLBACK');
  }

  release(): void {
    clearTimeout(this.#warning);
    this.#release();
  }
}

/** Kysely's dialect over the shared connection, for one schema, until `closed` is aborted. */
export function pgliteDialect(shared: SharedConnection, schema: string, closed: AbortSignal): Dialect {
  return {
    // PostgreSQL's: with PGlite's, Kysely would queue a nested statement before our driver can refuse it.
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new SharedDriver(shared, schema, closed),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

class SharedDriver implements Driver {
  readonly #shared: SharedConnection;
  readonly #schema: string;
  readonly #closed: AbortSignal;

  constructor(shared: SharedConnection, schema: string, closed: AbortSignal) {
    this.#shared = shared;
    this.#schema = schema;
    this.#closed = closed;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<HeldConnection> {
    if (this.#closed.aborted) throw new DatabaseClosedError(`the database of "${this.#schema}" is closed`);
    return this.#shared.acquire(this.#schema);
  }

  beginTransaction(connection: HeldConnection): Promise<void> {
    return connection.begin();
  }

  commitTransaction(connection: HeldConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: HeldConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: HeldConnection): Promise<void> {
    connection.release();
  }

  /** The connection belongs to the server, which closes it. */
  async destroy(): Promise<void> {}
}
