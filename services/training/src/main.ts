import { main } from '@spectrawl/runtime';
import { trainingService } from './service.ts';

await main([trainingService]);
