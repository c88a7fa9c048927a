import type { TestProject } from 'vitest/node';
import { forgetFaults, reportFaults } from '../src/faults/fault-record.ts';
import { reportMemory } from '../src/faults/memory-record.ts';
import type { KafkaServer, ObjectServer, PostgresServer, Server } from '../src/servers/servers.ts';
import { startKafka, startObjectServer, startPostgres } from '../src/servers/start-servers.ts';

/** Where the servers of a run of tests are. A test that stops or restarts a server starts one of its own. */
export interface ServerAddresses {
  postgres: Omit<PostgresServer, keyof Server>;
  objectServer: Omit<ObjectServer, keyof Server>;
  kafka: Omit<KafkaServer, keyof Server>;
}

declare module 'vitest' {
  interface ProvidedContext {
    servers: ServerAddresses;
  }
}

/**
 * vitest's globalSetup: starts one server of each kind for all test files, which find them by `inject('servers')`; in the end
 * prints which faults were injected and what came of them, and what memory services took.
 */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  await forgetFaults();
  const started = await Promise.allSettled([startPostgres(), startObjectServer(), startKafka()]);
  const stopAll = async () => {
    await Promise.all(started.map(async (outcome) => outcome.status === 'fulfilled' && outcome.value.stop()));
  };
  const [postgres, objectServer, kafka] = started;
  if (postgres.status === 'rejected' || objectServer.status === 'rejected' || kafka.status === 'rejected') {
    await stopAll();
    throw started.find((outcome) => outcome.status === 'rejected')?.reason;
  }
  const { endpoint, region, bucket, accessKey, secretKey } = objectServer.value;
  provide('servers', {
    postgres: { url: postgres.value.url },
    objectServer: { endpoint, region, bucket, accessKey, secretKey },
    kafka: { brokers: kafka.value.brokers, listens: kafka.value.listens },
  });
  return async () => {
    const table = await reportFaults();
    if (table !== undefined) console.log(`\nFaults injected, and what came of them:\n\n${table}\n`);
    const memory = await reportMemory();
    if (memory !== undefined) console.log(`Memory of services, at a load and at more of it:\n\n${memory}\n`);
    await stopAll();
  };
}
