import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { runCommand } from '../servers/native/run-command.ts';
import { FAULTS_FOLDER } from './fault-record.ts';

const SOURCE = join(repositoryRoot, 'libs/testing/src/faults/shifted-clock.cc');

/** Makes what moves a program's clock. @returns the environment of a program whose clock is wrong by so many seconds */
export async function shiftedClock(): Promise<(seconds: number) => NodeJS.ProcessEnv> {
  const library = join(FAULTS_FOLDER, 'shifted-clock.so');
  await mkdir(FAULTS_FOLDER, { recursive: true });
  await runCommand('g++', ['-O1', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl']);
  return (seconds) => ({ LD_PRELOAD: library, CLOCK_SHIFT: String(seconds) });
}
