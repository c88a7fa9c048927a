import { readFile } from 'node:fs/promises';
import { IngestionService } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig, type Config } from './config.ts';
import { defineService } from './service.ts';

const service = (calls: boolean) =>
  defineService({
    name: 'training',
    config: z.strictObject({}),
    migrations: new URL('file:///nowhere/'),
    grpc: [],
    consumes: [],
    produces: [],
    calls: calls ? [IngestionService] : [],
    module: {},
  });

const EMBEDDED = {
  database: { kind: 'pglite', directory: 'memory' },
  objectStore: { kind: 'filesystem', directory: 'objects' },
  eventBus: { kind: 'embedded' },
};
const JWT = { kind: 'jwt', issuers: [{ issuer: 'https://login.example.org', audience: 'spectrawl' }] };
const TLS = { certificateFile: 'server.pem', keyFile: 'server-key.pem' };

const load = (sections: object, calls = false): Config =>
  loadConfig([service(calls)], JSON.stringify({ ...EMBEDDED, ...sections }), {});

describe('a configuration', () => {
  it.each([
    ['of embedded adapters on loopback, whoever calls', {}],
    ['on another loopback address', { grpc: { host: '127.1.2.3' } }],
    ['on loopback by its name', { grpc: { host: 'localhost' } }],
    ['on loopback of IPv6', { grpc: { host: '[::1]' } }],
    ['with tokens on loopback', { authentication: JWT }],
    ['with tokens over TLS anywhere', { authentication: JWT, grpc: { host: '0.0.0.0', tls: TLS } }],
    ['with tokens where a mesh encrypts', { authentication: JWT, grpc: { host: '0.0.0.0', tls: 'mesh' } }],
    [
      'with an issuer whose keys lie in a file, whatever it is called',
      { authentication: { kind: 'jwt', issuers: [{ issuer: 'local', audience: 'a', jwksFile: 'jwks.json' }] } },
    ],
    [
      'with an issuer on this machine',
      { authentication: { kind: 'jwt', issuers: [{ issuer: 'http://127.0.0.1:8080', audience: 'a' }] } },
    ],
  ])('is taken: %s', (_, sections) => {
    expect(load(sections).services).toHaveProperty('training');
  });

  it.each([
    ['nobody is asked who calls, on an address of the network', { grpc: { host: '0.0.0.0' } }, '0.0.0.0 anybody'],
    ['nor over TLS', { grpc: { host: 'survey.example.org', tls: TLS } }, 'anybody could call'],
    [
      'nobody is asked who calls, with a database that others reach',
      { database: { kind: 'postgres', url: 'postgres://db/a' }, eventBus: { kind: 'kafka', brokers: ['b:9092'] } },
      'with postgres and kafka others can call, too: choose jwt',
    ],
    [
      'nobody is asked who calls, with objects that others reach',
      { objectStore: { kind: 's3', bucket: 'survey' } },
      'with s3 others',
    ],
    ['tokens go over the network in plain text', { authentication: JWT, grpc: { host: '0.0.0.0' } }, 'overheard'],
    [
      'tokens go to other machines in plain text',
      { authentication: JWT, addresses: { ingestion: 'ingestion.example.org:443' } },
      'tokens sent to ingestion.example.org:443 could be overheard',
    ],
    [
      'keys come over the network in plain text',
      { authentication: { kind: 'jwt', issuers: [{ issuer: 'http://login.example.org', audience: 'a' }] } },
      'give an https address',
    ],
    [
      'an issuer is called by no address, and has no file',
      { authentication: { kind: 'jwt', issuers: [{ issuer: 'local', audience: 'a' }] } },
      'or give jwksFile',
    ],
    ['no issuer is trusted', { authentication: { kind: 'jwt', issuers: [] } }, 'authentication.issuers'],
    [
      'an issuer is there twice',
      { authentication: { kind: 'jwt', issuers: [...JWT.issuers, ...JWT.issuers] } },
      'given twice',
    ],
    [
      'tokens have no audience',
      { authentication: { kind: 'jwt', issuers: [{ issuer: 'https://login.example.org' }] } },
      'audience',
    ],
    [
      'tokens may be signed with a shared secret',
      { authentication: { kind: 'jwt', issuers: [{ ...JWT.issuers[0], algorithms: ['HS256'] }] } },
      'algorithms',
    ],
    [
      'there is a role that there is not',
      { authentication: { kind: 'jwt', issuers: [{ ...JWT.issuers[0], subjects: { ada: 'king' } }] } },
      'subjects.ada',
    ],
    [
      'a certificate for other services has no key',
      { grpc: { client: { certificateFile: 'client.pem' } } },
      'both certificateFile and keyFile',
    ],
  ])('is refused where %s', (_, sections, says) => {
    expect(() => load(sections)).toThrow(ConfigError);
    expect(() => load(sections)).toThrow(says);
  });

  it('is taken as the README shows it', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const [, example] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
    const adapters = Object.entries(EMBEDDED).map(([name, section]) => `${name}: ${JSON.stringify(section)}`);
    const config = loadConfig([service(true)], [example, ...adapters].join('\n'), {});
    expect(config.authentication).toMatchObject({ kind: 'jwt', issuers: [{}, {}, { jwksFile: 'jwks.json' }] });
  });

  it('is refused where a service calls others without a token, and they ask for one', () => {
    expect(() => load({ authentication: JWT }, true)).toThrow('training calls other services');
    const { grpc } = load({ authentication: JWT, grpc: { client: { tokenFile: 'token' } } }, true);
    expect(grpc.client).toEqual({ tokenFile: 'token' });
  });
});
