import { chmod, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  GenericContainer,
  getContainerRuntimeClient,
  getReaper,
  ImageName,
  Wait,
  type StartedTestContainer,
} from 'testcontainers';
import { answersAt } from './answers-at.ts';
import { IMAGES } from './images.ts';
import { SINGLE_BROKER } from './kafka-settings.ts';
import { freePorts } from './native/free-ports.ts';
import {
  makeBucket,
  OBJECT_SERVER_LOGIN,
  OBJECT_SERVER_OPTIONS,
  objectServerIdentities,
} from './object-server-login.ts';
import {
  ServersUnavailableError,
  ServerStartError,
  type KafkaOptions,
  type KafkaServer,
  type LinkServer,
  type ObjectServer,
  type PostgresServer,
  type Server,
  type ServerOptions,
  type ServerRunner,
} from './servers.ts';

/** milliseconds */
const START_TIMEOUT = 120_000;
/** milliseconds between looks whether a server answers */
const LOOK_INTERVAL = 100;

const LOOPBACK = '127.0.0.1';

/**
 * Servers in containers, which their reaper removes also when the tests crash.
 * @throws {ServersUnavailableError} where no container runtime answers, or an image is neither there nor to be had
 */
export async function containerServers(): Promise<ServerRunner> {
  const runtime = await getContainerRuntimeClient().catch((error: unknown) => {
    throw new ServersUnavailableError(`no container runtime answers (${messageOf(error)})`, { cause: error });
  });
  return {
    description: `containers: ${Object.values(IMAGES).join(', ')}`,
    async prepare() {
      for (const image of Object.values(IMAGES)) {
        const name = ImageName.fromString(image);
        if (await runtime.image.exists(name)) continue;
        process.stdout.write(`Pulling ${name.string} … `);
        await runtime.image.pull(name).catch((error: unknown) => {
          process.stdout.write('failed\n');
          throw new ServersUnavailableError(`the image ${name.string} is not to be had (${messageOf(error)})`, {
            cause: error,
          });
        });
        process.stdout.write('done\n');
      }
      // Before the servers, which start side by side: each would start a reaper of its own.
      await getReaper(runtime);
    },
    // Its image is pulled with the others.
    prepareLinks: () => Promise.resolve(),
    startPostgres,
    startObjectServer,
    startKafka,
    startToxiproxy,
  };
}

/** How much of a server's log a message quotes, in characters. */
const QUOTED_LOG = 4_000;

/** A container whose ports are bound to this machine's loopback alone, by numbers that survive a restart. */
class LoopbackContainer extends GenericContainer {
  /** @throws {ServerStartError} with the end of what it said */
  override async start(): Promise<StartedTestContainer> {
    let said = '';
    this.withLogConsumer((stream) =>
      stream.on('data', (line: Buffer) => {
        said = `${said}${line.toString()}`.slice(-QUOTED_LOG);
      }),
    );
    try {
      this.withStartupTimeout(START_TIMEOUT);
      return await super.start();
    } catch (error) {
      const message = `${this.imageName.string} did not start (${messageOf(error)}). It said:\n${said}`;
      throw new ServerStartError(message, { cause: error });
    }
  }

  protected override async beforeContainerCreated(): Promise<void> {
    for (const bindings of Object.values(this.hostConfig.PortBindings as Record<string, { HostIp?: string }[]>)) {
      for (const binding of bindings) binding.HostIp = LOOPBACK;
    }
  }
}

function lifeOf(container: StartedTestContainer): Server {
  return {
    async stop() {
      await container.stop();
    },
    // A timeout of 0 kills it.
    restart: () => container.restart({ timeout: 0 }),
  };
}

/** Where Kafka's data are kept that stay. */
const KAFKA_DATA = '/var/lib/kafka/data';

/** Data that stay lie in a folder of this machine, which the container's own user has to be able to write to. */
async function mountOf(directory: string | undefined, target: string): Promise<{ source: string; target: string }[]> {
  if (directory === undefined) return [];
  const source = resolve(directory);
  await mkdir(source, { recursive: true });
  await chmod(source, 0o777);
  return [{ source, target }];
}

async function startPostgres({ directory }: ServerOptions): Promise<PostgresServer> {
  const [port = 0] = await freePorts(1);
  const [user, password] = ['test', 'not-in-any-log'];
  const container = await new LoopbackContainer(IMAGES.postgres)
    .withEnvironment({ POSTGRES_USER: user, POSTGRES_PASSWORD: password })
    .withExposedPorts({ container: 5432, host: port })
    .withBindMounts(await mountOf(directory, '/var/lib/postgresql/data'))
    // While it sets itself up it listens on its socket only.
    .withWaitStrategy(Wait.forSuccessfulCommand(`pg_isready -q -h ${LOOPBACK} -U ${user}`))
    .start();
  return { ...lifeOf(container), url: `postgres://${user}:${password}@${LOOPBACK}:${port}/${user}` };
}

async function startObjectServer({ directory }: ServerOptions): Promise<ObjectServer> {
  const [s3 = 0, filer = 0] = await freePorts(2);
  const identities = '/etc/identities.json';
  const container = await new LoopbackContainer(IMAGES.objectServer)
    .withCopyContentToContainer([{ content: objectServerIdentities(), target: identities }])
    .withCommand([
      'server',
      ...OBJECT_SERVER_OPTIONS,
      '-ip.bind=0.0.0.0',
      `-dir=${directory === undefined ? '/tmp' : '/data'}`,
      `-s3.config=${identities}`,
      '-s3.port=8333',
      '-filer.port=8888',
    ])
    .withExposedPorts({ container: 8333, host: s3 }, { container: 8888, host: filer })
    .withBindMounts(await mountOf(directory, '/data'))
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  const endpoint = `http://${LOOPBACK}:${s3}`;
  const answering = () => untilAnswering('SeaweedFS', () => makeBucket(endpoint, `http://${LOOPBACK}:${filer}`));
  await answering();
  return {
    ...lifeOf(container),
    endpoint,
    ...OBJECT_SERVER_LOGIN,
    async restart() {
      await container.restart({ timeout: 0 });
      await answering();
    },
  };
}

async function startKafka({ advertised, directory }: KafkaOptions): Promise<KafkaServer> {
  const [port = 0] = await freePorts(1);
  const address = advertised ?? `${LOOPBACK}:${port}`;
  const settings = {
    'node.id': 1,
    'process.roles': 'broker,controller',
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://:9092,INTERNAL://:9094,CONTROLLER://:9093',
    'advertised.listeners': `PLAINTEXT://${address},INTERNAL://localhost:9094`,
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    ...(directory !== undefined && { 'log.dirs': KAFKA_DATA }),
    ...SINGLE_BROKER,
  };
  const variable = (setting: string) => `KAFKA_${setting.toUpperCase().replaceAll('.', '_')}`;
  const environment = Object.entries(settings).map(([setting, value]) => [variable(setting), String(value)]);
  const container = await new LoopbackContainer(IMAGES.kafka)
    .withEnvironment(Object.fromEntries(environment) as Record<string, string>)
    .withExposedPorts({ container: 9092, host: port })
    .withBindMounts(await mountOf(directory, KAFKA_DATA))
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return { ...lifeOf(container), brokers: [address], listens: `${LOOPBACK}:${port}` };
}

async function startToxiproxy(): Promise<LinkServer> {
  const [port = 0] = await freePorts(1);
  const url = `http://${LOOPBACK}:${port}`;
  // What it stands between listens on this machine's loopback, and so does what it listens on itself.
  const container = await new GenericContainer(IMAGES.toxiproxy)
    .withNetworkMode('host')
    .withCommand([`-host=${LOOPBACK}`, `-port=${port}`])
    .withStartupTimeout(START_TIMEOUT)
    .withWaitStrategy(Wait.forLogMessage(/Starting Toxiproxy HTTP server/))
    .start();
  const answering = () => untilAnswering('Toxiproxy', () => answersAt(`${url}/version`));
  await answering();
  return {
    ...lifeOf(container),
    url,
    async restart() {
      await container.restart({ timeout: 0 });
      await answering();
    },
  };
}

async function untilAnswering(name: string, answers: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await answers())) {
    if (Date.now() > deadline) throw new ServerStartError(`${name} did not answer within ${START_TIMEOUT / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
