import { main } from '@spectrawl/runtime';
import { workbenchService } from './service.ts';

await main([workbenchService]);
