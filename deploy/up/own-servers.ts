import { join } from 'node:path';
import { startKafka, startObjectServer, startPostgres, type Server } from '@spectrawl/testing';

/** A server that was brought up, and what a configuration says of it. */
export interface OwnServer {
  readonly server: Server;
  readonly section: object;
  /** for people */
  readonly description: string;
}

/** How to bring up a server for each section of a configuration that names one; its data lie below a folder. */
export const OWN_SERVERS: Readonly<Record<string, (folder: string) => Promise<OwnServer>>> = {
  async database(folder) {
    const server = await startPostgres({ directory: join(folder, 'postgres') });
    const { host } = new URL(server.url);
    return { server, section: { kind: 'postgres', url: server.url }, description: `PostgreSQL at ${host}` };
  },
  async objectStore(folder) {
    const server = await startObjectServer({ directory: join(folder, 'object-server') });
    const { endpoint, region, bucket, accessKey, secretKey } = server;
    const login = { accessKeyId: accessKey, secretAccessKey: secretKey };
    const description = `SeaweedFS (S3) at ${endpoint}, bucket ${bucket}`;
    return { server, section: { kind: 's3', endpoint, region, bucket, ...login }, description };
  },
  async eventBus(folder) {
    const server = await startKafka({ directory: join(folder, 'kafka') });
    return {
      server,
      section: { kind: 'kafka', brokers: server.brokers },
      description: `Kafka at ${server.brokers.join(', ')}`,
    };
  },
};
