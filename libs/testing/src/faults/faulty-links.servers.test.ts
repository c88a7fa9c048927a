import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { LinkServer } from '../servers/servers.ts';
import { startToxiproxy } from '../servers/start-servers.ts';
import { FaultyLinkError, FaultyLinks, type FaultyLink } from './faulty-links.ts';

let proxy: LinkServer;
let echo: Server;
let link: FaultyLink;
let links: FaultyLinks;
const sockets = new Set<Socket>();

beforeAll(async () => {
  proxy = await startToxiproxy();
  links = new FaultyLinks(proxy);
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterAll(async () => {
  await proxy.stop();
  echo.close();
});
beforeEach(async (context) => {
  link = await links.open(context.task.id, `127.0.0.1:${(echo.address() as AddressInfo).port}`);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

function open(): Socket {
  const [host, port] = link.address.split(':');
  const socket = connect(Number(port), host!);
  sockets.add(socket);
  return socket;
}

/** How a connection ends: `end`, or the code of its error. */
async function ending(socket: Socket): Promise<string> {
  const [hadError] = await new Promise<[string]>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve([error.code ?? error.message]));
    socket.on('end', () => resolve(['end']));
  });
  return hadError;
}

async function said(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  let heard = '';
  while (heard.length < text.length) heard += String((await once(socket, 'data'))[0]);
  return heard;
}

test('lets through what comes, until it is cut, and again when it is mended', async () => {
  const socket = open();
  expect(await said(socket, 'hello')).toBe('hello');
  const ended = ending(socket);
  await link.cut();
  expect(await ended).toBe('end');
  expect(await ending(open())).toBe('ECONNREFUSED');
  await link.mend();
  expect(await said(open(), 'again')).toBe('again');
});

test('resets connections, and cuts answers off in their midst', async () => {
  await link.add({ type: 'reset_peer', timeout: 0 });
  const socket = open();
  const ended = ending(socket);
  socket.write('hello');
  expect(await ended).toBe('ECONNRESET');
  await link.mend();
  await link.add({ type: 'limit_data', bytes: 3 });
  const short = open();
  let heard = '';
  short.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  short.write('hello');
  await once(short, 'end');
  expect(heard).toBe('hel');
  await link.mend();
  expect(await said(open(), 'whole')).toBe('whole');
});

test('delays what comes through by what it is told', async () => {
  await link.add({ type: 'latency', latency: 150 });
  const socket = open();
  await once(socket, 'connect');
  const started = performance.now();
  expect(await said(socket, 'slow')).toBe('slow');
  expect(performance.now() - started).toBeGreaterThanOrEqual(149);
});

test('says why Toxiproxy refuses', async () => {
  await expect(links.open('', 'nowhere')).rejects.toThrow(FaultyLinkError);
});
