// `make up`: every service as a process of its own, on servers of the user's, or on real ones that it brings up itself. All it keeps
// lies under var/up; run again, it continues. Ctrl-C ends everything in order, a second one at once.
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type ConnectOptions } from '@spectrawl/grpc';
import {
  repositoryRoot,
  ServersUnavailableError,
  ServerStartError,
  ServiceProcess,
  ServiceProcessError,
} from '@spectrawl/testing';
import { stringify } from 'yaml';
import { byName, connectionFile } from './connection-file.ts';
import { ownCredentials } from './credentials.ts';
import { OWN_SERVERS } from './own-servers.ts';
import { names, PlanError, planProcesses, readConfiguration, type PlannedProcess } from './plan.ts';

/** How far behind its port for calls a process tells how it is: /livez, /readyz, /metrics. */
const OPERATIONS_PORT_DISTANCE = 100;

/** milliseconds before a process that has ended by itself is started again: at first, and doubled each time up to the longest */
const RESTART_PAUSES = { first: 1_000, longest: 30_000 };

const folder = resolve(process.env['SPECTRAWL_UP_DIRECTORY'] || join(repositoryRoot, 'var/up'));
const configurationFile = resolve(process.env['SPECTRAWL_CONFIG'] || join(repositoryRoot, 'deploy/services.yaml'));
const workers = Number(process.env['WORKERS'] || 2);

const ending = new AbortController();
const ended = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve(), { once: true }));
/** Ends what was started: the services first, since they were started last. */
const undo = new AsyncDisposableStack();

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // All that was started ends with this process.
    if (ending.signal.aborted) process.exit(130);
    ending.abort();
  });
}

let exitCode = 0;
try {
  await up();
} catch (error) {
  if (!ending.signal.aborted) {
    exitCode = 1;
    console.error(isForPeople(error) ? error.message : error);
  }
}
try {
  await undo.disposeAsync();
  if (exitCode === 0) console.log('Stopped. `make up` continues.');
} catch (error) {
  exitCode = 1;
  console.error(isForPeople(error) ? error.message : error);
}
process.exit(exitCode);

async function up(): Promise<void> {
  if (!Number.isInteger(workers) || workers < 1) throw new PlanError(`WORKERS=${workers}: give 1 or more`);
  const configuration = await readConfiguration(configurationFile);
  const planned = planProcesses(configuration, process.env, workers);
  await mkdir(join(folder, 'log'), { recursive: true, mode: 0o755 });
  // Servers and certificates are made where nobody says which to use.
  const missing = Object.keys(OWN_SERVERS).filter((section) => !names(section, configuration, process.env));
  const own = await Promise.all(
    missing.map(async (section) => {
      const started = await OWN_SERVERS[section]!(folder);
      undo.defer(() => started.server.stop());
      console.log(`  ${started.description}`);
      return [section, started.section] as const;
    }),
  );
  ending.signal.throwIfAborted();
  const credentials = names('authentication', configuration, process.env)
    ? undefined
    : await ownCredentials(join(folder, 'credentials'));
  const file = join(folder, 'services.yaml');
  const services = withSessionKey(configuration, join(folder, 'workbench-session.key'));
  const sections = { ...configuration, services, ...Object.fromEntries(own), ...credentials?.sections };
  await writeFile(file, stringify(sections), { mode: 0o600 });
  const connection = join(folder, 'connection.yaml');
  await writeFile(connection, connectionFile(folder, planned, credentials?.connection), { mode: 0o600 });

  const login = loginOf({ ...configuration, ...credentials?.sections });
  const processes = planned.map((one) => serviceProcess(one, file, login));
  undo.defer(async () => {
    console.log('Stopping: work under way is finished or handed back …');
    const ends = await Promise.allSettled(processes.map((one) => one.stop()));
    for (const end of ends) if (end.status === 'rejected') console.error((end.reason as Error).message);
  });
  const starting = Promise.all(
    processes.map(async (one) => {
      await one.start();
      console.log(`  ${one.name} at ${one.address} (process ${one.pid})`);
    }),
  );
  starting.catch(() => undefined);
  await Promise.race([starting, ended]);
  ending.signal.throwIfAborted();
  console.log(howToGoOn(connection, credentials?.connection.tokenFile, services['workbench']?.http?.port));
  await Promise.all(processes.map(keepRunning));
}

function serviceProcess(
  { title, main, address }: PlannedProcess,
  config: string,
  login: ConnectOptions,
): ServiceProcess {
  const log = createWriteStream(join(folder, 'log', `${title.replace(' ', '-')}.log`), { flags: 'a' });
  const port = address.slice(address.lastIndexOf(':') + 1);
  return new ServiceProcess({
    name: title,
    main,
    config,
    address,
    environment: {
      LOG_FORMAT: 'json',
      ...process.env,
      SPECTRAWL_GRPC__HOST: '127.0.0.1',
      SPECTRAWL_GRPC__PORT: port,
      SPECTRAWL_OPERATIONS__HOST: '127.0.0.1',
      SPECTRAWL_OPERATIONS__PORT: String(Number(port) + OPERATIONS_PORT_DISTANCE),
    },
    connect: () => connect(byName(address), login),
    listen: (piece) => log.write(piece),
  });
}

/** How processes call each other: it is asked in the same way whether they are ready. */
function loginOf({ grpc }: Readonly<Record<string, unknown>>): ConnectOptions {
  const { client = {}, tls } = (grpc ?? {}) as {
    client?: { caFile?: string; certificateFile?: string; keyFile?: string; tokenFile?: string };
    tls?: object;
  };
  const { tokenFile, ...files } = client;
  return {
    ...(tls && { tls: files }),
    ...(tokenFile !== undefined && { token: async () => (await readFile(tokenFile, 'utf8')).trim() }),
  };
}

/** Starts a process again that ends by itself, until all is to end. */
async function keepRunning(one: ServiceProcess): Promise<void> {
  for (let pause = RESTART_PAUSES.first; ; pause = Math.min(2 * pause, RESTART_PAUSES.longest)) {
    await Promise.race([one.ended, ended]);
    if (ending.signal.aborted) return;
    console.log(`  ${one.name} has ended by itself; it is started again in ${pause / 1000} s`);
    await delay(pause, undefined, { signal: ending.signal }).catch(() => undefined);
    if (ending.signal.aborted) return;
    await one.start().catch((error: unknown) => console.error(isForPeople(error) ? error.message : error));
  }
}

/** Sections of single services, as far as they are looked at here. */
type ServiceSections = Readonly<Record<string, { http?: { port?: number }; sessionKeyFile?: string } | undefined>>;

/** Sessions of the workbench last over starts, unless the configuration says where their key is. */
function withSessionKey({ services = {} }: Readonly<Record<string, unknown>>, sessionKeyFile: string): ServiceSections {
  const sections = services as ServiceSections;
  return { ...sections, workbench: { sessionKeyFile, ...sections['workbench'] } };
}

function howToGoOn(connection: string, tokenFile: string | undefined, port: number | undefined): string {
  const secured = tokenFile !== undefined;
  const here = relative(process.cwd(), connection);
  const token = secured ? `; sign in with the token in ${relative(process.cwd(), tokenFile)}` : '';
  const workbench = port === undefined ? '' : `\nThe workbench, for a browser: http://127.0.0.1:${port}${token}`;
  return `
All of it answers${secured ? ', with TLS, to those who show a token' : ''}; it stays up until Ctrl-C. In another terminal:
  export SPECTRAWL_CONNECTION=${here}   # addresses${secured ? ', certificate and an operator’s token' : ''}
  npx spectrawl pools
  npx spectrawl demo --spec deploy/demo/small.yaml --real-spectra libs/testing/data/real-spectra \\
    --directory ${relative(process.cwd(), join(folder, 'demo'))} --spectra 3000 --seed-spectra 1000   # a campaign of some minutes
Logs: ${relative(process.cwd(), join(folder, 'log'))}/; how each one is: http://127.0.0.1:PORT/readyz and /metrics, PORT its own + ${OPERATIONS_PORT_DISTANCE}${workbench}`;
}

function isForPeople(error: unknown): error is Error {
  return [PlanError, ServersUnavailableError, ServerStartError, ServiceProcessError].some(
    (type) => error instanceof type,
  );
}
