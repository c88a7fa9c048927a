import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that Linux hands out by itself (32768 and up), so that no connection takes a server's port meanwhile. */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** Ports on loopback on which nothing listens, all different, drawn at random. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
