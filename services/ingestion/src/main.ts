import { main } from '@spectrawl/runtime';
import { ingestionService } from './service.ts';

await main([ingestionService]);
