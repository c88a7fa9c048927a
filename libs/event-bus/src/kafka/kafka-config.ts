import { readFileSync } from 'node:fs';
import { Kafka, logLevel, type KafkaConfig as ClientConfig, type SASLOptions } from 'kafkajs';
import { logger } from '@spectrawl/telemetry';
import './quiet-request-queue.ts';

const log = logger('kafka');

/** Encryption of the connections. `true` trusts what the machine trusts; files are PEM. */
export type KafkaTls =
  | boolean
  | {
      /** certificates of the authority that signed the brokers' */
      caFile?: string | undefined;
      /** the client's own certificate and key, where the brokers ask for one */
      certificateFile?: string | undefined;
      keyFile?: string | undefined;
    };

/** How a client proves who it is. The password, or the file that holds it. */
export interface KafkaLogin {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password?: string | undefined;
  passwordFile?: string | undefined;
}

/** A cluster of Apache Kafka 2.4 or later. */
export interface KafkaConfig {
  kind: 'kafka';
  /** `host:port` of some brokers; they name the others */
  brokers: readonly string[];
  /** as whom the brokers' logs and quotas know this process; default `spectrawl` */
  clientId?: string | undefined;
  ssl?: KafkaTls | undefined;
  sasl?: KafkaLogin | undefined;
  /** goes before the names of topics and groups, so that several installations can share a cluster; default none */
  topicPrefix?: string | undefined;
  /** copies of each event on different brokers; default: the cluster's own. With 3, events survive the loss of a broker. */
  replicationFactor?: number | undefined;
  /** milliseconds for which events are kept; default 14 days. Less than the 30 days for which a ledger knows an event again. */
  retention?: number | undefined;
  /** milliseconds after which a process that is silent counts as dead and its partitions move; default 15 seconds */
  sessionTimeout?: number | undefined;
}

const DAY = 24 * 3_600_000;
export const DEFAULT_RETENTION = 14 * DAY;
export const DEFAULT_SESSION_TIMEOUT = 15_000;

/** How often a client tries something again within one call, roughly five seconds in all (times in milliseconds). */
const CLIENT_RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 };

/** milliseconds without an answer after which a request has failed */
const REQUEST_TIMEOUT = 20_000;
const CONNECTION_TIMEOUT = 5_000;

/**
 * Makes a client. Every consumer needs one of its own: kafkajs keeps the committed offsets of a group in the client, where two
 * consumers of one group would delete each other's.
 */
export function kafkaClient(config: KafkaConfig): Kafka {
  return new Kafka({
    brokers: [...config.brokers],
    clientId: config.clientId ?? 'spectrawl',
    ...tls(config.ssl),
    ...login(config.sasl),
    retry: CLIENT_RETRY,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: CONNECTION_TIMEOUT,
    // What matters reaches the callers as errors and is logged by them; kafkajs reports every rebalance as an error.
    logLevel: log.isLevelEnabled('debug') ? logLevel.INFO : logLevel.NOTHING,
    logCreator: () => (entry) => {
      const { message, timestamp: _, logger: __, ...fields } = entry.log;
      log.debug({ ...fields, part: entry.namespace, says: message }, 'the Kafka client says');
    },
  });
}

function tls(ssl: KafkaConfig['ssl']): Pick<ClientConfig, 'ssl'> {
  if (ssl === undefined || typeof ssl === 'boolean') return { ssl: ssl ?? false };
  const { caFile, certificateFile, keyFile } = ssl;
  return {
    ssl: {
      ...(caFile !== undefined && { ca: [readFileSync(caFile, 'utf8')] }),
      ...(certificateFile !== undefined && { cert: readFileSync(certificateFile, 'utf8') }),
      ...(keyFile !== undefined && { key: readFileSync(keyFile, 'utf8') }),
    },
  };
}

function login(sasl: KafkaConfig['sasl']): Pick<ClientConfig, 'sasl'> {
  if (sasl === undefined) return {};
  const { mechanism, username, passwordFile } = sasl;
  const password = passwordFile === undefined ? sasl.password : readFileSync(passwordFile, 'utf8').trimEnd();
  if (password === undefined) {
    throw new TypeError(`eventBus.sasl of user "${username}" has no password: set password or passwordFile`);
  }
  return { sasl: { mechanism, username, password } as SASLOptions };
}
