import { inject } from 'vitest';
import { describeTraces } from './trace-spec.ts';

describeTraces({ shape: 'separate processes', servers: inject('servers'), workers: 2 });
