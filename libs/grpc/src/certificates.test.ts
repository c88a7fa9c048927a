import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IngestionService } from '@spectrawl/contracts';
import { DeploymentCredentials } from '@spectrawl/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { status } from '@grpc/grpc-js';
import { connect, RpcError, type Channel } from './client.ts';
import { createServer, type GrpcServer } from './server.ts';
import { poolHandlers } from './testing/pool-handlers.ts';
import type { ClientTls, ServerTls } from './tls.ts';

/** Certificates are looked at more often than in earnest, where it is every ten seconds. */
const lookMilliseconds = 20;

let ours: DeploymentCredentials;
let theirs: DeploymentCredentials;
beforeAll(async () => {
  [ours, theirs] = await Promise.all([DeploymentCredentials.create(), DeploymentCredentials.create()]);
});
afterAll(() => Promise.all([ours.remove(), theirs.remove()]));

const servers: GrpcServer[] = [];
const channels: Channel[] = [];
afterEach(async () => {
  for (const channel of channels.splice(0)) channel.close();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const identityOf = ({ files }: DeploymentCredentials): ServerTls => ({
  certificateFile: files.serverCertificateFile,
  keyFile: files.serverKeyFile,
});

async function serve(tls: ServerTls | undefined, host = '127.0.0.1'): Promise<string> {
  const server = createServer({ tls });
  server.add(IngestionService, poolHandlers());
  servers.push(server);
  return `${host}:${await server.listen(host, 0)}`;
}

/** Calls over a connection of its own. @returns OK, or how the call failed */
async function call(address: string, tls: ClientTls | undefined): Promise<status> {
  const channel = connect(address, { tls });
  channels.push(channel);
  try {
    await channel.client(IngestionService).getPool({ poolId: 'sky' });
    return status.OK;
  } catch (error) {
    if (error instanceof RpcError) return error.code;
    throw error;
  }
}

const shown = ({ files }: DeploymentCredentials): ClientTls => ({
  certificateFile: files.clientCertificateFile,
  keyFile: files.clientKeyFile,
});

describe('a server with a certificate', () => {
  it('is talked to by clients that know its authority, and by no others', async () => {
    const address = await serve(identityOf(ours));
    const { caFile } = ours.files;
    const answers = await Promise.all([
      call(address, { caFile }),
      call(address, { caFile: theirs.files.caFile }),
      call(address, {}),
      call(address, undefined),
    ]);
    expect(answers).toEqual([status.OK, status.UNAVAILABLE, status.UNAVAILABLE, status.UNAVAILABLE]);
  });

  it('is not taken for a host that its certificate does not name', async () => {
    const address = await serve(identityOf(ours), '127.0.0.2');
    expect(await call(address, { caFile: ours.files.caFile })).toBe(status.UNAVAILABLE);
  });

  it('that demands certificates of clients answers none that show none, or those of others', async () => {
    const { caFile } = ours.files;
    const address = await serve({ ...identityOf(ours), clientCaFile: caFile });
    const answers = await Promise.all([
      call(address, { caFile, ...shown(ours) }),
      call(address, { caFile }),
      call(address, { caFile, ...shown(theirs) }),
    ]);
    expect(answers).toEqual([status.OK, status.UNAVAILABLE, status.UNAVAILABLE]);
  });

  it('does not start with files that cannot be used, and names them', async () => {
    const { certificateFile, keyFile } = identityOf(ours);
    await expect(serve({ certificateFile: '/absent.pem', keyFile })).rejects.toThrow('cannot read /absent.pem');
    await expect(serve({ certificateFile, keyFile: theirs.files.serverKeyFile })).rejects.toThrow(
      'the key being the certificate',
    );
  });
});

describe('certificates that are replaced while they are used', () => {
  let files: ServerTls & { caFile: string };
  beforeEach(async () => {
    const path = (name: string) => join(ours.directory, `replaced-${name}`);
    files = { certificateFile: path('server.pem'), keyFile: path('server-key.pem'), caFile: path('ca.pem') };
    await put(ours);
  });

  async function put({ files: from }: DeploymentCredentials): Promise<void> {
    // One after the other, as they may come: for a while the key is another certificate's.
    await copyFile(from.serverCertificateFile, files.certificateFile);
    await copyFile(from.serverKeyFile, files.keyFile);
    await copyFile(from.caFile, files.caFile);
  }

  it('are those of new connections to a server', async () => {
    const address = await serve({ ...files, lookMilliseconds });
    expect(await call(address, { caFile: ours.files.caFile })).toBe(status.OK);
    await put(theirs);
    await vi.waitFor(async () => expect(await call(address, { caFile: theirs.files.caFile })).toBe(status.OK), 30_000);
    expect(await call(address, { caFile: ours.files.caFile })).toBe(status.UNAVAILABLE);
  });

  it('are those by which a client knows servers', async () => {
    const address = await serve(identityOf(theirs));
    const channel = connect(address, { tls: { caFile: files.caFile, lookMilliseconds } });
    channels.push(channel);
    const client = channel.client(IngestionService);
    await expect(client.getPool({ poolId: 'sky' })).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await put(theirs);
    await vi.waitFor(() => client.getPool({ poolId: 'sky' }), 30_000);
  });

  it('are used until those that replace them can be', async () => {
    const address = await serve({ ...files, lookMilliseconds });
    await writeFile(files.certificateFile, 'half a certif');
    expect(await call(address, { caFile: ours.files.caFile })).toBe(status.OK);
    await ours.renewServer();
    await put(ours);
    expect(await call(address, { caFile: ours.files.caFile })).toBe(status.OK);
  });
});
