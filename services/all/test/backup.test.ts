import { describeBackup } from './backup-spec.ts';

describeBackup({ shape: 'embedded' });
