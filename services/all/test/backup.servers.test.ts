import { inject } from 'vitest';
import { describeBackup } from './backup-spec.ts';

describeBackup({ shape: 'separate processes', servers: inject('servers'), workers: 2 });
