import { openDatabase } from '@spectrawl/database';
import { afterAll, beforeAll } from 'vitest';
import { openEventBus } from '../index.ts';
import { describeEventBusContract, describeLedgerContract } from '../testing/contract.ts';
import type { DatabaseServer } from '@spectrawl/database';

let database: DatabaseServer;

beforeAll(async () => {
  database = await openDatabase({ kind: 'pglite', directory: 'memory' });
});
afterAll(() => database.close());

const openBus = () => openEventBus({ kind: 'embedded' }, { database });

describeEventBusContract('The embedded bus', async () => ({ open: openBus, longWork: 50 }));
describeLedgerContract('PGlite and the embedded bus', async () => ({ database, openBus }));
