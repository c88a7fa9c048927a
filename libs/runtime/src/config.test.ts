import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';
import { printable } from './secrets.ts';
import { defineService } from './service.ts';

const service = defineService({
  name: 'selection',
  config: z.strictObject({ watchInterval: z.int().min(1).default(2000) }),
  migrations: new URL('file:///nowhere/'),
  grpc: [],
  consumes: [],
  produces: [],
  calls: [],
  module: {},
});

const YAML = `
database: { kind: pglite, directory: memory }
objectStore: { kind: filesystem, directory: var/objects }
eventBus: { kind: embedded }
`;

describe('the configuration', () => {
  it('has defaults that run, on loopback', () => {
    const config = loadConfig([service], YAML, {});
    expect(config.grpc).toMatchObject({ host: '127.0.0.1', port: 50_051 });
    expect(config.authentication).toEqual({ kind: 'none' });
    expect(config.services).toEqual({ selection: { watchInterval: 2000 } });
  });

  it('takes values from the environment', () => {
    const config = loadConfig([service], YAML, {
      SPECTRAWL_GRPC__PORT: '6000',
      SPECTRAWL_OBJECT_STORE__DIRECTORY: '/data',
      SPECTRAWL_SERVICES__SELECTION__WATCH_INTERVAL: '500',
      SPECTRAWL_CONFIG: 'not a value of the configuration',
    });
    expect(config.grpc.port).toBe(6000);
    expect(config.objectStore).toEqual({ kind: 'filesystem', directory: '/data' });
    expect(config.services['selection']).toEqual({ watchInterval: 500 });
  });

  it('lets a file hold sections of services that other processes host, and the environment name each', () => {
    const shared = `${YAML}\nservices: { inference-worker: { shards: 4 }, selection: { watchInterval: 500 } }`;
    expect(loadConfig([service], shared, {}).services).toEqual({ selection: { watchInterval: 500 } });
    const worker = { ...service, name: 'inference-worker', config: z.strictObject({ shards: z.int() }) };
    const config = loadConfig([worker], shared, { SPECTRAWL_SERVICES__INFERENCE_WORKER__SHARDS: '3' });
    expect(config.services).toEqual({ 'inference-worker': { shards: 3 } });
  });

  it.each([
    ['an unknown key', `${YAML}\ngrcp: {}`, 'grcp'],
    ['an unknown key of a service', `${YAML}\nservices: { selection: { interval: 1 } }`, 'interval'],
    ['an unknown service', `${YAML}\nservices: { selektion: {} }`, 'selektion'],
    ['a wrong value', `${YAML}\ngrpc: { port: 70000 }`, 'grpc.port'],
    ['an unknown adapter', YAML.replace('embedded', 'pigeon'), 'eventBus.kind'],
    [
      'an inbox that forgets what may come again',
      `${YAML}\nledger: { inboxRetention: 864000000 }`,
      'give the inbox at least',
    ],
    [
      'an outbox that forgets what the bus still has',
      `${YAML}\nledger: { outboxRetention: 86400000 }`,
      'the outbox forgets',
    ],
    ['something that is no mapping', '- a list', 'no mapping'],
    ['something that is no YAML', 'grpc: {', 'no YAML'],
  ])('refuses %s and names it', (_, yaml, named) => {
    const load = () => loadConfig([service], yaml, {}, 'config.yaml');
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(named);
  });
});

const SERVERS = `
database: { kind: postgres, url: 'postgres://spectrawl@db.example.org/spectrawl' }
objectStore: { kind: s3, bucket: survey, endpoint: 'https://s3.example.org' }
eventBus: { kind: kafka, brokers: ['kafka.example.org:9092'] }
authentication: { kind: jwt, issuers: [{ issuer: 'https://login.example.org', audience: spectrawl }] }
`;

describe('the configuration of servers', () => {
  let folder: string;
  const file = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-config-'));
    await writeFile(file('password'), 'from a file\n');
    await writeFile(file('ca.pem'), '-----BEGIN CERTIFICATE-----');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('takes secrets from the environment as they are, and from files', () => {
    const config = loadConfig([service], SERVERS, {
      SPECTRAWL_DATABASE__PASSWORD_FILE: file('password'),
      SPECTRAWL_DATABASE__TLS__CA_FILE: file('ca.pem'),
      SPECTRAWL_DATABASE__MAXIMUM_CONNECTIONS: '4',
      SPECTRAWL_OBJECT_STORE__ACCESS_KEY_ID: '0123',
      SPECTRAWL_OBJECT_STORE__SECRET_ACCESS_KEY: '{ : *',
    });
    expect(config.database).toMatchObject({
      url: 'postgres://spectrawl@db.example.org/spectrawl',
      password: 'from a file',
      tls: { ca: '-----BEGIN CERTIFICATE-----' },
      maximumConnections: 4,
    });
    expect(config.objectStore).toMatchObject({
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: '0123', secretAccessKey: '{ : *' },
    });
  });

  it('takes a Kafka cluster, its brokers from the environment and its secrets from files', () => {
    const kafka = `kafka, sasl: { mechanism: scram-sha-512, username: spectrawl, passwordFile: '${file('password')}' }`;
    const config = loadConfig([service], SERVERS.replace('kind: kafka', `kind: ${kafka}`), {
      SPECTRAWL_EVENT_BUS__BROKERS: '[a:9092, b:9092]',
      SPECTRAWL_EVENT_BUS__TLS__CA_FILE: file('ca.pem'),
    });
    expect(config.eventBus).toMatchObject({
      brokers: ['a:9092', 'b:9092'],
      sasl: { mechanism: 'scram-sha-512', username: 'spectrawl', password: 'from a file' },
      tls: { ca: '-----BEGIN CERTIFICATE-----' },
    });
  });

  it('leaves the credentials of S3 to the SDK, and its addresses to Amazon, where nothing is said', () => {
    const { objectStore } = loadConfig([service], SERVERS.replace(/, endpoint: .*? }/, ' }'), {});
    expect(objectStore).toMatchObject({ forcePathStyle: false });
    expect(objectStore).toHaveProperty('credentials', undefined);
  });

  it.each([
    [
      'the embedded bus beside a PostgreSQL server',
      SERVERS.replace(/eventBus.*/, 'eventBus: { kind: embedded }'),
      'kafka',
    ],
    ['a file that is not there', SERVERS.replace('kind: postgres', 'kind: postgres, passwordFile: /absent'), '/absent'],
    [
      'a secret that is given twice',
      SERVERS.replace('kind: postgres', 'kind: postgres, password: secret-word, passwordFile: /absent'),
      'either password or passwordFile',
    ],
    ['half of the credentials', SERVERS.replace('kind: s3', 'kind: s3, secretAccessKey: secret-word'), 'accessKeyId'],
    ['a database without an address', SERVERS.replace(/url: '.*?'/, 'password: secret-word'), 'url or urlFile'],
    ['a broker without a port', SERVERS.replace('kafka.example.org:9092', 'kafka'), 'eventBus.brokers[0]'],
    [
      'a login at Kafka without a password',
      SERVERS.replace('kind: kafka', 'kind: kafka, sasl: { mechanism: plain, username: spectrawl }'),
      'password or passwordFile',
    ],
    ['an endpoint that is no address', SERVERS.replace('https://s3', 's3'), 'objectStore.endpoint'],
  ])('refuses %s, and repeats no secret', (_, yaml, named) => {
    const load = () => loadConfig([service], yaml, {});
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(named);
    expect(load).not.toThrow('secret-word');
  });

  it('refuses a value of the environment that cannot be read, without repeating it', () => {
    const load = () => loadConfig([service], SERVERS, { SPECTRAWL_GRPC__HOST: '{ secret-word' });
    expect(load).toThrow(/SPECTRAWL_GRPC__HOST: its value is no YAML/);
    expect(load).not.toThrow('secret-word');
  });

  it('prints secrets as ***', () => {
    const secrets = { password: 'secret-word', tls: { keyFile: '/run/key' }, list: [{ token: 'secret-word' }] };
    const printed = printable({ url: 'postgres://me:secret-word@host/db', accessKeyIdFile: '/run/id', ...secrets });
    expect(printed).toEqual({
      url: 'postgres://me:***@host/db',
      accessKeyIdFile: '/run/id',
      password: '***',
      tls: { keyFile: '/run/key' },
      list: [{ token: '***' }],
    });
  });
});
