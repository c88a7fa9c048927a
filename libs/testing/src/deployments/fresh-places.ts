import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, sql } from '@spectrawl/database';
import type { KafkaServer, ObjectServer, PostgresServer, Server } from '../servers/servers.ts';

/** Where real servers are, whoever has started them. */
export interface ServerPlaces {
  readonly postgres: Omit<PostgresServer, keyof Server>;
  readonly objectServer: Omit<ObjectServer, keyof Server>;
  readonly kafka: Omit<KafkaServer, keyof Server>;
}

/** Sections of a configuration that name where a deployment keeps everything, and nobody else anything. */
export interface FreshPlaces {
  readonly sections: { database: object; objectStore: object; eventBus: object };
  remove(): Promise<void>;
}

/** Folders of their own, for the embedded adapters. */
export async function embeddedPlaces(parent = tmpdir()): Promise<FreshPlaces> {
  const folder = await mkdtemp(join(parent, 'spectrawl-deployment-'));
  return {
    sections: {
      database: { kind: 'pglite', directory: join(folder, 'database') },
      objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
      eventBus: { kind: 'embedded' },
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A database, a prefix of the bucket and a prefix of topics of their own on servers that others use, too. */
export async function placesOn({ postgres, objectServer, kafka }: ServerPlaces): Promise<FreshPlaces> {
  const name = `deployment_${randomBytes(6).toString('hex')}`;
  await onServer(postgres.url, sql`CREATE DATABASE ${sql.id(name)}`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  const { endpoint, region, bucket, accessKey, secretKey } = objectServer;
  return {
    sections: {
      database: { kind: 'postgres', url: url.href },
      objectStore: {
        kind: 's3',
        endpoint,
        region,
        bucket,
        prefix: name,
        accessKeyId: accessKey,
        secretAccessKey: secretKey,
      },
      eventBus: { kind: 'kafka', brokers: kafka.brokers, topicPrefix: `${name}.`, sessionTimeout: SESSION_TIMEOUT },
    },
    // Objects and topics go when their servers do, at the end of the tests; databases hold memory that the next ones need.
    remove: () => onServer(postgres.url, sql`DROP DATABASE IF EXISTS ${sql.id(name)} WITH (FORCE)`),
  };
}

/** milliseconds until the events of a killed process go to another one: short, so that tests of that need not wait long */
const SESSION_TIMEOUT = 6_000;

async function onServer(url: string, statement: ReturnType<typeof sql>): Promise<void> {
  const server = await openDatabase({ kind: 'postgres', url, maximumConnections: 1 });
  try {
    const { db } = await server.forService('deployments', []);
    await statement.execute(db);
  } finally {
    await server.close();
  }
}
