/** A real server that a test has started. */
export interface Server {
  /** Ends it and removes its data, unless they have a directory to stay in. */
  stop(): Promise<void>;
  /** Ends it without warning, as a crash does, and starts it again on the same address and data. */
  restart(): Promise<void>;
}

/** A real PostgreSQL. */
export interface PostgresServer extends Server {
  /** e.g. `postgres://test:secret@127.0.0.1:23456/test`; the user may do everything */
  readonly url: string;
}

/** A real server of the S3 protocol (SeaweedFS), with one empty bucket. */
export interface ObjectServer extends Server {
  /** e.g. `http://127.0.0.1:23456`; buckets are named in the path */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** A real Kafka broker, its own controller; sessions of consumer groups may be as short as a second. */
export interface KafkaServer extends Server {
  /** Where clients turn to, e.g. `127.0.0.1:23456`. */
  readonly brokers: readonly string[];
  /** Where it listens itself, for a proxy before it: the same, unless it advertises another address. */
  readonly listens: string;
}

/** A Toxiproxy: connections that go through it can be slowed down, cut and broken. See `FaultyLinks`. */
export interface LinkServer extends Server {
  /** of its HTTP interface, e.g. `http://127.0.0.1:23456` */
  readonly url: string;
}

export interface ServerOptions {
  /** Where its data stay when it ends, and are found by the next one that is started on it; default: none stay. */
  directory?: string;
}

export interface KafkaOptions extends ServerOptions {
  /** The `host:port` that the broker tells its clients to use, where they reach it through a proxy. */
  advertised?: string;
}

/** Where the servers run, and how. One implementation starts containers, the other one processes. */
export interface ServerRunner {
  /** for messages: which servers, of which versions, run how */
  readonly description: string;
  /** Fetches whatever starting needs, telling what it does. @throws {ServersUnavailableError} */
  prepare(): Promise<void>;
  /** The same for Toxiproxy, which only tests take. */
  prepareLinks(): Promise<void>;
  startPostgres(options: ServerOptions): Promise<PostgresServer>;
  startObjectServer(options: ServerOptions): Promise<ObjectServer>;
  startKafka(options: KafkaOptions): Promise<KafkaServer>;
  startToxiproxy(): Promise<LinkServer>;
}

/** The servers cannot be had on this machine; the message says what to install. */
export class ServersUnavailableError extends Error {
  override readonly name = 'ServersUnavailableError';
}

/** A server did not start; the message carries the end of what it said. */
export class ServerStartError extends Error {
  override readonly name = 'ServerStartError';
}
