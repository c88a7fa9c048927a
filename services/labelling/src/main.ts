import { main } from '@spectrawl/runtime';
import { labellingService } from './service.ts';

await main([labellingService]);
