import { backupCommand, main } from '@spectrawl/runtime';
import { allServices } from './service.ts';

const config = new URL('../config.yaml', import.meta.url).pathname;
const exitCode = await backupCommand(allServices, process.argv.slice(2), config);
if (exitCode === undefined) await main(allServices, config);
else process.exitCode = exitCode;
