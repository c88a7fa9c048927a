import { main } from '@spectrawl/runtime';
import { inferenceWorkerService } from '../service.ts';

await main([inferenceWorkerService]);
