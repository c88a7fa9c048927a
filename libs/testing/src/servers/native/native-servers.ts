import type { ServerRunner } from '../servers.ts';
import { installKafka, KAFKA_VERSION, startNativeKafka } from './kafka.ts';
import { installSeaweedfs, SEAWEEDFS_VERSION, startNativeObjectServer } from './object-server.ts';
import { postgresVersion, startNativePostgres } from './postgres.ts';
import { installToxiproxy, startNativeToxiproxy, TOXIPROXY_VERSION } from './toxiproxy.ts';

/** Servers as processes of this machine, from package registries and the system's PostgreSQL. @throws {ServersUnavailableError} */
export async function nativeServers(): Promise<ServerRunner> {
  return {
    description: `processes: Kafka ${KAFKA_VERSION}, SeaweedFS ${SEAWEEDFS_VERSION}, ${await postgresVersion()}, Toxiproxy ${TOXIPROXY_VERSION}`,
    async prepare() {
      await installKafka();
      await installSeaweedfs();
    },
    async prepareLinks() {
      await installToxiproxy();
    },
    startPostgres: startNativePostgres,
    startObjectServer: startNativeObjectServer,
    startKafka: startNativeKafka,
    startToxiproxy: startNativeToxiproxy,
  };
}
