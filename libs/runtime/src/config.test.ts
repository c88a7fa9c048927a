import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from './config.ts';
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

const LOGIN = 'sasl: { mechanism: scram-sha-512, username: spectrawl';
const withKafka = (settings: string): string => YAML.replace('kind: embedded', `kind: kafka, ${settings}`);

describe('the configuration', () => {
  it('has defaults that run, on loopback', () => {
    const config = loadConfig([service], YAML, {});
    expect(config.grpc).toEqual({ host: '127.0.0.1', port: 50_051 });
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

  it('takes a Kafka cluster, its brokers also from the environment', () => {
    const yaml = withKafka(`brokers: [a:9092], ssl: true, ${LOGIN}, passwordFile: /run/secrets/kafka }`);
    const config = loadConfig([service], yaml, { SPECTRAWL_EVENT_BUS__BROKERS: '[b:9092, c:9092]' });
    expect(config.eventBus).toEqual({
      kind: 'kafka',
      brokers: ['b:9092', 'c:9092'],
      ssl: true,
      sasl: { mechanism: 'scram-sha-512', username: 'spectrawl', passwordFile: '/run/secrets/kafka' },
    });
  });

  it.each([
    ['an unknown key', `${YAML}\ngrcp: {}`, 'grcp'],
    ['an unknown key of a service', `${YAML}\nservices: { selection: { interval: 1 } }`, 'interval'],
    ['an unknown service', `${YAML}\nservices: { selektion: {} }`, 'selektion'],
    ['a wrong value', `${YAML}\ngrpc: { port: 70000 }`, 'grpc.port'],
    ['a broker without a port', withKafka('brokers: [kafka]'), 'eventBus.brokers[0]'],
    ['a login without a password', withKafka(`brokers: [kafka:9092], ${LOGIN} }`), 'passwordFile'],
    ['an unknown adapter', YAML.replace('embedded', 'pigeon'), 'eventBus.kind'],
    ['something that is no mapping', '- a list', 'no mapping'],
    ['something that is no YAML', 'grpc: {', 'no YAML'],
  ])('refuses %s and names it', (_, yaml, named) => {
    const load = () => loadConfig([service], yaml, {}, 'config.yaml');
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(named);
  });
});
