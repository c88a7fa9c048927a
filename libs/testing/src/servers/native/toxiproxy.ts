import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersAt } from '../answers-at.ts';
import { ServersUnavailableError, type LinkServer } from '../servers.ts';
import { freePorts } from './free-ports.ts';
import { installOnce } from './install-once.ts';
import { runCommand } from './run-command.ts';
import { ServerProcess } from './server-process.ts';

/** By its number: what Go takes for the latest is older. */
export const TOXIPROXY_VERSION = '2.12.0';

/** Builds Toxiproxy; Go checks it against its checksum database. @returns its program @throws {ServersUnavailableError} */
export async function installToxiproxy(): Promise<string> {
  const announcement = `Building Toxiproxy ${TOXIPROXY_VERSION} by Go (half a minute)`;
  const folder = await installOnce(`toxiproxy-${TOXIPROXY_VERSION}`, announcement, async (target) => {
    const [modules, cache] = [join(target, 'modules'), join(target, 'cache')];
    const environment = [`GOBIN=${target}`, `GOPATH=${modules}`, `GOCACHE=${cache}`, 'GOFLAGS=-modcacherw'];
    try {
      const program = `github.com/Shopify/toxiproxy/v2/cmd/server@v${TOXIPROXY_VERSION}`;
      await runCommand('env', [...environment, 'go', 'install', program]);
    } catch (error) {
      const message =
        'Toxiproxy could not be built by "go install": install Go 1.23 or newer (Debian: apt-get install golang), or start Docker.';
      throw new ServersUnavailableError(message, { cause: error });
    }
    await Promise.all([modules, cache].map((made) => rm(made, { recursive: true, force: true })));
  });
  return join(folder, 'server');
}

/** Starts Toxiproxy as a process on a free port of loopback. */
export async function startNativeToxiproxy(): Promise<LinkServer> {
  const program = await installToxiproxy();
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-toxiproxy-'));
  try {
    const [port] = (await freePorts(1)) as [number];
    const url = `http://127.0.0.1:${port}`;
    const server = await ServerProcess.start({
      name: `Toxiproxy ${TOXIPROXY_VERSION}`,
      command: [program, '-host=127.0.0.1', `-port=${port}`],
      folder,
      signal: 'KILL',
      answers: () => answersAt(`${url}/version`),
    });
    return { url, stop: () => server.stop(), restart: () => server.restart() };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
