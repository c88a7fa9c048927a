import {
  AbortedTransactionError,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { PoolClient, QueryConfig, QueryResult as Answer } from 'pg';
import { DatabaseClosedError, DatabaseUnavailableError } from './errors.ts';
import { Mutex } from './mutex.ts';
import type { PostgresConnections } from './postgres-connections.ts';
import { isConflict, isPassing } from './postgres-errors.ts';
import type { TransactionRun } from './transaction-scope.ts';

/** milliseconds; a statement without an answer by then has lost its server, and its connection is given up */
const STATEMENT_TIMEOUT = 300_000;

/** pg takes the time-out of a single statement too, which its types do not tell. */
type StatementConfig = QueryConfig & { query_timeout: number };

/**
 * Kysely's dialect for one schema of a server, until `closed` is aborted. Kysely's own driver cannot put several schemas on one
 * pool, nor tell a transaction that may be run again from one that may not.
 */
export function postgresDialect(connections: PostgresConnections, schema: string, closed: AbortSignal): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new PostgresDriver(connections, schema, closed),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/** A connection while it is held, for a statement or a whole transaction. */
class HeldConnection implements DatabaseConnection {
  readonly #client: PoolClient;
  readonly #run: TransactionRun | undefined;
  /** pg wants a statement's answer before the next one is sent. */
  readonly #turn = new Mutex();
  #isBroken = false;
  readonly #onBreak = (): void => {
    this.#isBroken = true;
  };

  constructor(client: PoolClient, run: TransactionRun | undefined) {
    this.#client = client;
    this.#run = run;
    client.on('error', this.#onBreak);
  }

  async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    const done = await this.#turn.acquire();
    try {
      const statement: StatementConfig = {
        text: sql,
        // Without parameters the simple protocol, as PostgreSQL's own client does: it takes several statements at once.
        ...(parameters.length > 0 && { values: [...parameters] }),
        query_timeout: STATEMENT_TIMEOUT,
      };
      const answer: Answer | Answer[] = await this.#client.query(statement);
      const result = Array.isArray(answer) ? answer.at(-1) : answer;
      return {
        rows: (result?.rows ?? []) as R[],
        ...(typeof result?.rowCount === 'number' && { numAffectedRows: BigInt(result.rowCount) }),
      };
    } catch (error) {
      this.#note(error);
      throw error;
    } finally {
      done();
    }
  }

  // eslint-disable-next-line require-yield -- the interface wants a generator
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PGlite has no cursors, so there are none here: read in pages by key instead');
  }

  async begin({ isolationLevel = 'read committed' }: TransactionSettings): Promise<void> {
    await this.executeQuery({ sql: `BEGIN ISOLATION LEVEL ${isolationLevel}`, parameters: [] });
  }

  /**
   * @throws {AbortedTransactionError} when a statement had failed
   * @throws {DatabaseUnavailableError} when the connection breaks, and nobody knows
   */
  async commit(): Promise<void> {
    const { command } = await this.#client.query('COMMIT').catch((error: unknown) => {
      if (!isPassing(error)) {
        this.#note(error);
        throw error;
      }
      this.#isBroken = true;
      throw new DatabaseUnavailableError(
        'the connection broke while a transaction was committed, which may have happened or not: do it again if that is safe',
        { cause: error },
      );
    });
    // After a failed statement PostgreSQL answers COMMIT by rolling back, which must not pass for success.
    if (command === 'ROLLBACK') throw new AbortedTransactionError();
  }

  async rollback(): Promise<void> {
    try {
      await this.#client.query('ROLLBACK');
    } catch (error) {
      // The server rolls back what it has lost the connection of; the error that is told is the one that led here.
      this.#isBroken = true;
      if (!isPassing(error)) throw error;
    }
  }

  release(connections: PostgresConnections): void {
    this.#client.off('error', this.#onBreak);
    connections.release(this.#client, this.#isBroken);
  }

  #note(error: unknown): void {
    // An answer that comes late must not be taken for the next statement's.
    const isLate = error instanceof Error && error.message === 'Query read timeout';
    const isLost = isPassing(error);
    if (isLost || isLate) this.#isBroken = true;
    if (this.#run && isConflict(error)) this.#run.loss = 'conflict';
    if (this.#run && isLost) this.#run.loss = 'connection';
  }
}

class PostgresDriver implements Driver {
  readonly #connections: PostgresConnections;
  readonly #schema: string;
  readonly #closed: AbortSignal;

  constructor(connections: PostgresConnections, schema: string, closed: AbortSignal) {
    this.#connections = connections;
    this.#schema = schema;
    this.#closed = closed;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<HeldConnection> {
    if (this.#closed.aborted) throw new DatabaseClosedError(`the database of "${this.#schema}" is closed`);
    const client = await this.#connections.acquire(this.#schema);
    return new HeldConnection(client, this.#connections.scope.current);
  }

  beginTransaction(connection: HeldConnection, settings: TransactionSettings): Promise<void> {
    return connection.begin(settings);
  }

  commitTransaction(connection: HeldConnection): Promise<void> {
    return connection.commit();
  }

  rollbackTransaction(connection: HeldConnection): Promise<void> {
    return connection.rollback();
  }

  async releaseConnection(connection: HeldConnection): Promise<void> {
    connection.release(this.#connections);
  }

  /** The connections belong to the server, which closes them. */
  async destroy(): Promise<void> {}
}
