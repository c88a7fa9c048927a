import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { afterAll, beforeAll, inject } from 'vitest';
import { openEventBus } from '../index.ts';
import { describeEventBusContract, describeLedgerContract } from '../testing/contract.ts';

/** milliseconds */
const SESSION_TIMEOUT = 2_000;

let database: DatabaseServer;

beforeAll(async () => {
  database = await openDatabase({ kind: 'pglite', directory: 'memory' });
});
afterAll(() => database.close());

const openBus = () =>
  openEventBus(
    { kind: 'kafka', brokers: inject('servers').kafka.brokers, sessionTimeout: SESSION_TIMEOUT },
    { database },
  );

describeEventBusContract('Kafka', async () => ({ open: openBus, longWork: 2 * SESSION_TIMEOUT }));
describeLedgerContract('PGlite and Kafka', async () => ({ database, openBus }));
