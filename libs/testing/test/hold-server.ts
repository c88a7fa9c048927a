// A process to be killed: starts a PostgreSQL, prints its address and never stops it.
import { writeSync } from 'node:fs';
import { startPostgres } from '../src/servers/start-servers.ts';

const { url } = await startPostgres();
writeSync(1, `${url}\n`);
setInterval(() => undefined, 60_000);
