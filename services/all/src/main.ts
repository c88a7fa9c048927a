import { main } from '@spectrawl/runtime';
import { allServices } from './service.ts';

await main(allServices, new URL('../config.yaml', import.meta.url).pathname);
