import { connect } from 'node:net';
import { expect, inject, test } from 'vitest';

const servers = inject('servers');

test('all run', async () => {
  const addresses = [
    new URL(servers.postgres.url).host,
    new URL(servers.objectServer.endpoint).host,
    ...servers.kafka.brokers,
  ];
  for (const address of addresses) {
    const [host = '', port] = address.split(':');
    const socket = connect(Number(port), host);
    await expect(new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))).resolves.toBe(
      undefined,
    );
    socket.destroy();
  }
});
