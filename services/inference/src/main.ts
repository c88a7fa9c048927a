import { main } from '@spectrawl/runtime';
import { inferenceService } from './service.ts';

await main([inferenceService]);
