import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersAt } from '../answers-at.ts';
import type { LinkServer } from '../servers.ts';
import { freePorts } from './free-ports.ts';
import { installGoProgram } from './install-go-program.ts';
import { ServerProcess } from './server-process.ts';

/** What Go takes for the latest is older. */
export const TOXIPROXY_VERSION = '2.12.0';

/** Builds Toxiproxy. @returns its program @throws {ServersUnavailableError} */
export async function installToxiproxy(): Promise<string> {
  const main = 'github.com/Shopify/toxiproxy/v2/cmd/server';
  return await installGoProgram({ name: 'Toxiproxy', version: TOXIPROXY_VERSION, main });
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
