import {
  ServersUnavailableError,
  type KafkaOptions,
  type KafkaServer,
  type LinkServer,
  type ObjectServer,
  type PostgresServer,
  type ServerOptions,
  type ServerRunner,
} from './servers.ts';

/** `containers` or `native`: runs the servers that way or not at all. Without it: containers where they can be had. */
const CHOICE = 'SPECTRAWL_TEST_SERVERS';

let chosen: Promise<ServerRunner> | undefined;

/**
 * Chooses, once a process, how real servers are run, fetches what that takes, and prints the choice.
 * @throws {ServersUnavailableError} with what to install, where there is no way
 */
export function realServers(): Promise<ServerRunner> {
  return (chosen ??= chooseServers());
}

async function chooseServers(): Promise<ServerRunner> {
  const choice = process.env[CHOICE] ?? '';
  if (!['', 'containers', 'native'].includes(choice)) {
    throw new ServersUnavailableError(`${CHOICE}=${choice}: it can be "containers" or "native", or not be set.`);
  }
  let reason = choice && `${CHOICE}=${choice}`;
  if (choice !== 'native') {
    try {
      return await ready(await (await import('./containers.ts')).containerServers(), reason);
    } catch (error) {
      if (choice === 'containers' || !(error instanceof ServersUnavailableError)) throw error;
      reason = error.message;
    }
  }
  try {
    return await ready(await (await import('./native/native-servers.ts')).nativeServers(), reason);
  } catch (error) {
    if (!(error instanceof ServersUnavailableError)) throw error;
    throw new ServersUnavailableError(
      `The tests need real servers. Containers: ${reason}. Processes: ${error.message} Either will do.`,
      { cause: error },
    );
  }
}

async function ready(servers: ServerRunner, reason: string): Promise<ServerRunner> {
  await servers.prepare();
  console.log(`Real servers as ${servers.description}${reason && ` (${reason})`}`);
  return servers;
}

/** Starts a PostgreSQL with an empty database, or the one of its directory. @throws {ServersUnavailableError} */
export async function startPostgres(options: ServerOptions = {}): Promise<PostgresServer> {
  return (await realServers()).startPostgres(options);
}

/** Starts a server of the S3 protocol with an empty bucket, or that of its directory. @throws {ServersUnavailableError} */
export async function startObjectServer(options: ServerOptions = {}): Promise<ObjectServer> {
  return (await realServers()).startObjectServer(options);
}

/** Starts a Kafka broker without topics, or with those of its directory. @throws {ServersUnavailableError} */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  return (await realServers()).startKafka(options);
}

/** Starts a Toxiproxy without links. @throws {ServersUnavailableError} */
export async function startToxiproxy(): Promise<LinkServer> {
  return (await realServers()).startToxiproxy();
}
