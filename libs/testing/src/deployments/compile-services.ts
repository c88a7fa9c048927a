import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.ts';
import { CommandError, runCommand } from '../servers/native/run-command.ts';

const COMPILER = join(repositoryRoot, 'node_modules/typescript/bin/tsc');

let compiled: Promise<void> | undefined;

/**
 * Compiles, once a process, what has changed of the services and of all that they are made of: their decorators keep Node from
 * running the sources. As with the tests themselves, wrong types do not keep them from running: another check finds those.
 */
export function compileServices(): Promise<void> {
  return (compiled ??= runCommand(process.execPath, [COMPILER, '-b', 'services/all'], { cwd: repositoryRoot }).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      console.warn(error.message);
    },
  ));
}
