import { describeTraces } from './trace-spec.ts';

describeTraces({ shape: 'embedded' });
