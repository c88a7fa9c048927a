import type { ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { logger } from '@spectrawl/telemetry';
import './quiet-request-queue.ts';

const log = logger('kafka');

/** Encrypted connections, with certificates as PEM. Without `ca`, the authorities that Node knows are trusted. */
export interface KafkaTls {
  ca?: string | undefined;
  /** the client's own certificate and its key, where the brokers ask for them */
  certificate?: string | undefined;
  key?: string | undefined;
}

/** How a client proves who it is. */
export interface KafkaLogin {
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password: string;
}

/** A cluster of Apache Kafka 2.4 or later. */
export interface KafkaConfig {
  kind: 'kafka';
  /** `host:port` of some brokers; they name the others */
  brokers: readonly string[];
  /** as whom the brokers' logs and quotas know this process; default `spectrawl` */
  clientId?: string | undefined;
  /** default: connections are not encrypted */
  tls?: KafkaTls | undefined;
  sasl?: KafkaLogin | undefined;
  /** goes before the names of topics and groups, so that several installations can share a cluster; default none */
  topicPrefix?: string | undefined;
  /** copies of each event on different brokers; default: the cluster's own. With 3, events survive the loss of a broker. */
  replicationFactor?: number | undefined;
  /** milliseconds for which events are kept; default 14 days. Ledgers remember longer: see `ledgerRetention`. */
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
    ssl: config.tls ? certificates(config.tls) : false,
    ...(config.sasl && { sasl: config.sasl as SASLOptions }),
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

function certificates({ ca, certificate, key }: KafkaTls): ConnectionOptions {
  return { ...(ca && { ca }), ...(certificate && { cert: certificate }), ...(key && { key }) };
}
