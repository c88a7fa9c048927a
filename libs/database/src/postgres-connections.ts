import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import pg, { type PoolClient } from 'pg';
import { DatabaseClosedError, DatabaseUnavailableError } from './errors.ts';
import { addressOf, type PostgresLogin } from './postgres-address.ts';
import { isPassing, reasonOf } from './postgres-errors.ts';
import { TransactionScope } from './transaction-scope.ts';
import { parseInt8 } from './values.ts';

const log = logger('database');

/** milliseconds that one attempt to connect may take */
const CONNECT_TIMEOUT = 10_000;
/** milliseconds for which a server that is away is waited for: a restart or a failover passes unnoticed */
const PATIENCE = 60_000;
/** milliseconds between attempts, doubled from the first to the second */
const PAUSES = { first: 100, longest: 5_000 };
/** milliseconds before TCP asks whether the other end is still there */
const KEEP_ALIVE = 10_000;

/** The server rolls back what a machine that vanished has left open; longer than any transaction of ours takes. */
const SESSION = "SET idle_in_transaction_session_timeout = '2min'; SET application_name = 'spectrawl'";

/** pg takes the time-out of a single statement too, which its types do not tell: milliseconds. */
const CHECK = { text: 'SELECT 1', query_timeout: 5_000 };

const { builtins, getTypeParser } = pg.types;
/** Array of int8: https://github.com/postgres/postgres/blob/REL_17_0/src/include/catalog/pg_type.dat */
const INT8_ARRAY = 1016 as Parameters<typeof getTypeParser>[0];

const parseInt8Array = (text: string): unknown =>
  (getTypeParser(INT8_ARRAY)(text) as (string | null)[]).map((one) => (one === null ? null : parseInt8(one)));

/** As {@link ServiceDatabase} promises values, where that differs from pg's own. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, parseInt8],
  [INT8_ARRAY, parseInt8Array],
  [builtins.BYTEA, (text) => Uint8Array.from(getTypeParser(builtins.BYTEA)(text) as Buffer)],
]);

/** The connections of this process to one server, shared by its services and bounded in number. */
export class PostgresConnections {
  readonly scope = new TransactionScope();
  readonly #login: PostgresLogin;
  readonly #pool: pg.Pool;
  /** The schema in which each connection resolves names. */
  readonly #searchPaths = new WeakMap<PoolClient, string>();
  #held = 0;
  #allReleased = Promise.withResolvers<void>();
  #closed = false;

  constructor(login: PostgresLogin, maximum: number) {
    this.#login = login;
    this.#pool = new pg.Pool({
      ...login,
      max: maximum,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE,
      types: {
        getTypeParser: (oid: number, format) => PARSERS.get(oid) ?? getTypeParser(oid, format),
      } as pg.CustomTypesConfig,
    });
    // A break between two owners is nobody's event, and would end the process; whoever uses the connection next is told.
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
    this.#pool.on('error', (error) => {
      // The pool has let go of it. Only the message: pg hangs the connection, password and all, on the error.
      log.warn({ reason: error.message, server: this.server }, 'an idle database connection broke');
    });
  }

  /** `host:port/database`, for messages */
  get server(): string {
    return addressOf(this.#login);
  }

  /**
   * Gives a connection in which `schema` is the one where unqualified names resolve; {@link release} it. While the server is
   * away it waits for it, for a while: nothing has been asked of it yet.
   * @throws {DatabaseUnavailableError}
   */
  async acquire(schema: string): Promise<PoolClient> {
    this.scope.assertOutside(schema);
    if (this.#closed) throw new DatabaseClosedError(`the database of "${schema}" is closed`);
    this.#held++;
    try {
      return await this.#connect(schema);
    } catch (error) {
      this.#letGo();
      throw error;
    }
  }

  /**
   * Looks whether the server answers, without waiting for one that is away.
   * @throws {DatabaseUnavailableError}
   */
  async check(): Promise<void> {
    if (this.#closed) throw new DatabaseClosedError('the database is closed');
    this.#held++;
    try {
      const client = await this.#pool.connect();
      const answer = await client.query(CHECK).catch((error: unknown) => ({ error }));
      client.release('error' in answer);
      if ('error' in answer) throw answer.error;
    } catch (error) {
      throw new DatabaseUnavailableError(`PostgreSQL at ${this.server} does not answer (${reasonOf(error)})`, {
        cause: error,
      });
    } finally {
      this.#letGo();
    }
  }

  /** Takes a connection back; a broken one is closed. */
  release(client: PoolClient, broken: boolean): void {
    client.release(broken);
    this.#letGo();
  }

  /** Refuses new work, waits for what is under way, and closes the connections. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#held > 0) await this.#allReleased.promise;
    await this.#pool.end();
  }

  #letGo(): void {
    this.#held--;
    if (this.#closed && this.#held === 0) this.#allReleased.resolve();
  }

  async #connect(schema: string): Promise<PoolClient> {
    const deadline = Date.now() + PATIENCE;
    for (let pause = PAUSES.first; ; pause = Math.min(pause * 2, PAUSES.longest)) {
      try {
        return await this.#connectOnce(schema);
      } catch (error) {
        const reason = reasonOf(error);
        if (!isPassing(error) || Date.now() + pause > deadline) {
          throw new DatabaseUnavailableError(
            `PostgreSQL at ${this.server} cannot be used (${reason}): check that it runs there and knows the user and the database`,
            { cause: error },
          );
        }
        if (pause === PAUSES.first) log.warn({ reason, server: this.server }, 'the database is waited for');
        await delay(pause);
      }
    }
  }

  async #connectOnce(schema: string): Promise<PoolClient> {
    const client = await this.#pool.connect();
    if (this.#searchPaths.get(client) === schema) return client;
    try {
      await client.query(`${SESSION}; SET search_path TO ${pg.escapeIdentifier(schema)}`);
      this.#searchPaths.set(client, schema);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}
