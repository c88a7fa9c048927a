import { main } from '@spectrawl/runtime';
import { selectionService } from './service.ts';

await main([selectionService]);
