import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { afterAll, beforeAll, inject } from 'vitest';
import { openEventBus } from './index.ts';
import { describeLedgerContract } from './testing/contract.ts';

const { postgres, kafka } = inject('servers');

let database: DatabaseServer;

beforeAll(async () => {
  database = await openDatabase({ kind: 'postgres', url: postgres.url });
});
afterAll(() => database.close());

describeLedgerContract('PostgreSQL and Kafka', async () => ({
  database,
  openBus: () => openEventBus({ kind: 'kafka', brokers: kafka.brokers }, { database }),
}));
