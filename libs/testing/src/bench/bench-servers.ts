import { startKafka, startObjectServer, startPostgres } from '../servers/start-servers.ts';
import type { KafkaServer, ObjectServer, PostgresServer, Server } from '../servers/servers.ts';

/** The real servers that a benchmark can name. */
export const SERVER_KINDS = ['kafka', 'objectServer', 'postgres'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** Where the servers of a run of benchmarks are. */
export interface BenchServerAddresses {
  kafka: Omit<KafkaServer, keyof Server>;
  objectServer: Omit<ObjectServer, keyof Server>;
  postgres: Omit<PostgresServer, keyof Server>;
}

const VARIABLE = 'SPECTRAWL_BENCH_SERVERS';

/**
 * In a contender: the servers that its benchmark names, the same for all of its contenders. Each takes topics, keys and schemas of
 * its own.
 * @throws when the benchmark does not name the server
 */
export function benchServer<Kind extends ServerKind>(kind: Kind): BenchServerAddresses[Kind] {
  const addresses = JSON.parse(process.env[VARIABLE] ?? '{}') as Partial<BenchServerAddresses>;
  const address = addresses[kind];
  if (address) return address;
  throw new Error(`the benchmark has to name "${kind}" among its servers; run it by make bench ONLY=…`);
}

/** Starts each kind of server when a benchmark first needs it, for all benchmarks that follow. */
export class BenchServers {
  readonly #started = new Map<ServerKind, Server & object>();

  /** What contenders find the servers by. @throws {ServersUnavailableError} */
  async environment(kinds: readonly ServerKind[]): Promise<Record<string, string>> {
    const start = { kafka: startKafka, objectServer: startObjectServer, postgres: startPostgres };
    for (const kind of kinds) {
      if (!this.#started.has(kind)) this.#started.set(kind, await start[kind]());
    }
    const addresses = Object.fromEntries(kinds.map((kind) => [kind, this.#started.get(kind)]));
    return { [VARIABLE]: JSON.stringify(addresses) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#started.values()].map((server) => server.stop()));
  }
}
