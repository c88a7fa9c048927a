import { once } from 'node:events';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { connect } from './client.ts';
import { isServing } from './health.ts';
import { createServer } from './server.ts';

it('says whether a server serves, and that nobody does where nobody listens', async () => {
  const server = createServer();
  const channel = connect(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
  expect(await isServing(channel)).toBe(true);
  channel.close();
  const socket = createSocketServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  await new Promise((resolve) => socket.close(resolve));
  const nobody = connect(`127.0.0.1:${port}`);
  expect(await isServing(nobody)).toBe(false);
  nobody.close();
  await server.close();
});
