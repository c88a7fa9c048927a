import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../repository-root.ts';
import { SINGLE_BROKER } from '../kafka-settings.ts';
import { ServersUnavailableError, type KafkaOptions, type KafkaServer } from '../servers.ts';
import { freePorts } from './free-ports.ts';
import { installOnce } from './install-once.ts';
import { runCommand } from './run-command.ts';
import { serverFolder } from './server-folder.ts';
import { ServerProcess } from './server-process.ts';

export const KAFKA_VERSION = '4.4.0';

const POM = join(repositoryRoot, 'libs/testing/servers/kafka-pom.xml');
const CHECKSUMS = join(repositoryRoot, 'libs/testing/servers/kafka-jars.sha256');

/** Maven's own plugin, in the version that was tried. */
const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** A test broker holds little; the quick compiler and the simple collector start in half the time and leave processors to the tests. */
const JAVA_OPTIONS = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Djava.net.preferIPv4Stack=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];

/** What a broker takes to start, from Maven, checked against the checksums that lie in the repository. */
async function installJars(): Promise<string> {
  await assertTool('java', ['-version'], 'Java 17 or newer', 'openjdk-17-jre-headless');
  return installOnce(`kafka-${KAFKA_VERSION}`, `Fetching Kafka ${KAFKA_VERSION} by Maven (43 MB)`, async (folder) => {
    await assertTool('mvn', ['--version'], 'Maven', 'maven');
    const jars = join(folder, 'jars');
    const repository = join(folder, 'maven');
    const quiet = ['--batch-mode', '--quiet', '--strict-checksums'];
    const where = [`-DoutputDirectory=${jars}`, '-DincludeScope=runtime', `-Dmaven.repo.local=${repository}`];
    await runCommand('mvn', [...quiet, '--file', POM, COPY_DEPENDENCIES, ...where]);
    await assertChecksums(jars);
    await rm(repository, { recursive: true });
  });
}

async function assertTool(program: string, tryIt: string[], what: string, debianPackage: string): Promise<void> {
  try {
    await runCommand(program, tryIt);
  } catch (error) {
    const message = `Kafka needs ${what}, and "${program}" cannot be run: install it (Debian: apt-get install ${debianPackage}), or start Docker.`;
    throw new ServersUnavailableError(message, { cause: error });
  }
}

async function assertChecksums(jars: string): Promise<void> {
  const lines = (await readFile(CHECKSUMS, 'utf8')).trimEnd().split('\n');
  const expected = new Map(lines.map((line) => line.split(/\s+/).toReversed() as [string, string]));
  for (const jar of await readdir(jars)) {
    const found = createHash('sha256')
      .update(await readFile(join(jars, jar)))
      .digest('hex');
    if (found !== expected.get(jar)) {
      throw new ServersUnavailableError(`${jar} is not the one that libs/testing/servers/kafka-jars.sha256 names.`);
    }
    expected.delete(jar);
  }
  if (expected.size > 0) throw new ServersUnavailableError(`Maven gave no ${[...expected.keys()].join(', ')}.`);
}

/** Starts Java on Kafka's jars, with an archive of their classes once there is one. */
function javaCommand(installed: string, options: readonly string[], program: string, ...rest: string[]): string[] {
  return ['java', ...JAVA_OPTIONS, ...options, '-cp', join(installed, 'jars', '*'), program, ...rest];
}

/** Classes as Java has them in memory: with them a broker starts in a third of the time. */
async function installClassArchive(installed: string): Promise<string> {
  const name = `kafka-${KAFKA_VERSION}/classes.jsa`;
  return installOnce(name, `Archiving Kafka's classes, for quick starts`, async (archive) => {
    const folder = await mkdtemp(join(tmpdir(), 'spectrawl-kafka-classes-'));
    try {
      const port = await configuration(folder);
      await format(installed, [], folder);
      const broker = await ServerProcess.start({
        name: `Kafka ${KAFKA_VERSION}`,
        command: javaCommand(installed, [`-XX:ArchiveClassesAtExit=${archive}`], 'kafka.Kafka', propertiesOf(folder)),
        folder,
        // Java writes the archive when it ends in order.
        signal: 'TERM',
        answers: () => accepts(port),
      });
      await broker.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

const propertiesOf = (folder: string): string => join(folder, 'server.properties');

/** Writes a single node's configuration: broker and controller in one (KRaft), internal topics without replicas. */
async function configuration(folder: string, advertised?: string): Promise<number> {
  const [port, controllerPort] = (await freePorts(2)) as [number, number];
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${advertised ?? `127.0.0.1:${port}`}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'data'),
    ...SINGLE_BROKER,
  };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(propertiesOf(folder), lines.join(''));
  return port;
}

/** Makes the folder of the data ready for the broker. */
async function format(installed: string, options: readonly string[], folder: string): Promise<void> {
  await mkdir(join(folder, 'data'));
  const id = randomBytes(16);
  // An id that begins with a dash would be taken for an option.
  id.writeUInt8(id.readUInt8() & 0x7f);
  const cluster = id.toString('base64url');
  const storageTool = javaCommand(installed, options, 'kafka.tools.StorageTool', 'format', '-t', cluster);
  const [program, ...rest] = [...storageTool, '-c', propertiesOf(folder)];
  await runCommand(program, rest);
}

/** Fetches Kafka and readies it for quick starts. @returns the folder that holds it @throws {ServersUnavailableError} */
export async function installKafka(): Promise<string> {
  const installed = await installJars();
  await installClassArchive(installed);
  return installed;
}

/** Starts Kafka as a process on a free port of loopback, on the data of its directory or on none in a temporary folder. */
export async function startNativeKafka({ advertised, directory }: KafkaOptions): Promise<KafkaServer> {
  const installed = await installKafka();
  const archive = [`-XX:SharedArchiveFile=${join(installed, 'classes.jsa')}`, '-Xshare:auto'];
  const folder = await serverFolder('kafka', directory);
  try {
    const port = await configuration(folder.path, advertised);
    if (folder.isNew) await format(installed, archive, folder.path);
    const server = await ServerProcess.start({
      name: `Kafka ${KAFKA_VERSION}`,
      command: javaCommand(installed, archive, 'kafka.Kafka', propertiesOf(folder.path)),
      folder: folder.path,
      stays: folder.stays,
      // What stays is closed in order, or the next start would have to look through all of it.
      signal: folder.stays ? 'TERM' : 'KILL',
      answers: () => accepts(port),
    });
    return {
      brokers: [advertised ?? `127.0.0.1:${port}`],
      listens: `127.0.0.1:${port}`,
      stop: () => server.stop(),
      restart: () => server.restart(),
    };
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
