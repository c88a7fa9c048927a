import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '@spectrawl/testing';

/** What a command ended with and wrote. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the installed command `spectrawl-services`, compiled, as from a shell that has no settings but these. */
export function spectrawlServices(words: readonly string[], settings: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const command = join(repositoryRoot, 'services/all/spectrawl-services.js');
  const child = spawn(process.execPath, [command, ...words], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
