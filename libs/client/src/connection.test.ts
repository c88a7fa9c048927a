import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from '@spectrawl/grpc';
import { DeploymentCredentials } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSpectrawl } from './connect.ts';
import { connectOptionsOf, findConnection, readConnection } from './connection.ts';
import { UsageError } from './terminal/failure.ts';

let folder: string;

async function file(text: string): Promise<string> {
  const path = join(folder, 'connection.yaml');
  await writeFile(path, text);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-connection-'));
});
afterAll(() => rm(folder, { recursive: true }));

const everywhere = (address: string) => ({
  ingestion: address,
  training: address,
  inference: address,
  selection: address,
  labelling: address,
});

describe('a connection file', () => {
  it('names one address for all, or one for each; files lie where it lies', async () => {
    const one = await readConnection(await file('address: services.example.org:443\ncaFile: ca.pem'));
    expect(one).toEqual({ addresses: everywhere('services.example.org:443'), caFile: join(folder, 'ca.pem') });
    const several = await readConnection(
      await file('address: here:1\naddresses: { selection: there:2 }\ntokenFile: /run/secrets/token'),
    );
    expect(several).toEqual({
      addresses: { ...everywhere('here:1'), selection: 'there:2' },
      tokenFile: '/run/secrets/token',
    });
  });

  it.each([
    ['an unknown key', 'adress: here:1', 'adress: the keys are'],
    ['an unknown service', 'addresses: { selektion: here:1 }', 'selektion: the services are'],
    ['services without an address', 'addresses: { selection: here:1 }', 'lacks ingestion'],
    ['an address without a port', 'address: here', 'host:port'],
    [
      'a certificate without its key',
      'address: here:1\ncertificateFile: client.pem',
      'both certificateFile and keyFile',
    ],
    ['a file that is no path', 'address: here:1\ncaFile: [a]', 'caFile has to be a path'],
    ['something that is no mapping', '- a list', 'mapping'],
    ['something that is no YAML', 'address: {', 'connection.yaml'],
  ])('is refused with %s', async (_, text, says) => {
    const reading = readConnection(await file(text));
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow(says);
  });
});

describe('where services are looked for', () => {
  it('an option goes before the environment, and an address before a file', async () => {
    const connection = await file('address: of-file:1\ntokenFile: token');
    const environment = { SPECTRAWL_ADDRESS: 'of-environment:1', SPECTRAWL_CONNECTION: connection };
    const addressOf = async (...choice: Parameters<typeof findConnection>) =>
      (await findConnection(...choice)).addresses.training;
    expect(await addressOf({ address: 'of-option:1' }, environment)).toBe('of-option:1');
    expect(await addressOf({ connection }, environment)).toBe('of-file:1');
    expect(await addressOf({}, environment)).toBe('of-environment:1');
    expect(await addressOf({}, { SPECTRAWL_CONNECTION: connection })).toBe('of-file:1');
    expect(await addressOf({}, {})).toBe('127.0.0.1:50051');
    await expect(addressOf({ address: 'here:1', connection }, {})).rejects.toThrow('either --address or --connection');
    await expect(addressOf({ address: 'here' }, {})).rejects.toThrow('host:port');
  });

  it('a token that is given by itself goes before the file’s', async () => {
    const connection = await file('address: of-file:1\ntokenFile: token');
    expect(await findConnection({ connection }, { SPECTRAWL_TOKEN_FILE: '/own' })).toMatchObject({ tokenFile: '/own' });
    expect(await findConnection({ connection, tokenFile: '/mine' }, { SPECTRAWL_TOKEN_FILE: '/own' })).toMatchObject({
      tokenFile: '/mine',
    });
  });
});

it('services that ask for certificates are reached by the files that a connection names, and not without', async () => {
  const credentials = await DeploymentCredentials.create();
  const { caFile, clientCertificateFile, clientKeyFile, serverCertificateFile, serverKeyFile } = credentials.files;
  const server = createServer({
    tls: { certificateFile: serverCertificateFile, keyFile: serverKeyFile, clientCaFile: caFile },
  });
  const address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  const known = await readConnection(
    await file(
      `address: ${address}\ncaFile: ${caFile}\ncertificateFile: ${clientCertificateFile}\nkeyFile: ${clientKeyFile}`,
    ),
  );
  const spectrawl = connectSpectrawl(known);
  expect(await spectrawl.serving()).toBe(true);
  spectrawl.close();
  const stranger = connectSpectrawl({ ...known, certificateFile: undefined, keyFile: undefined });
  expect(await stranger.serving()).toBe(false);
  stranger.close();
  await server.close();
  await credentials.remove();
});

it('a token goes to another machine encrypted only, and within this one as it is', () => {
  const options = (address: string) => connectOptionsOf({ addresses: everywhere(address), tokenFile: 'token' });
  expect(options('services.example.org:443').tls).toEqual({});
  expect(options('127.0.0.1:50051').tls).toBeUndefined();
});

it('a token is read again for every call, so that it can be replaced', async () => {
  const tokenFile = join(folder, 'token');
  const { token } = connectOptionsOf({ addresses: everywhere('here:1'), tokenFile });
  await writeFile(tokenFile, 'first\n');
  expect(await token?.()).toBe('first');
  await writeFile(tokenFile, 'second\n');
  expect(await token?.()).toBe('second');
});
