import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from './repository-root.ts';

/** The interpreter of the environment that `make test` makes from libs/testing/requirements.txt. */
export const pythonInterpreter: string = `${repositoryRoot}.build/python/bin/python`;

/** Python was not there, or the program failed; the message carries what it wrote to its standard error. */
export class PythonError extends Error {
  override readonly name = 'PythonError';
}

/**
 * Runs an independent judge (astropy, scipy, pyarrow, DuckDB) in Python and answers what it printed.
 *
 * @param program the URL of a .py file, or the program's text itself
 * @param programArguments what the program finds in sys.argv from index 1 on
 * @param input what it reads from its standard input; nothing by default
 * @throws PythonError if the environment was not made, or the program exits with anything but 0
 */
export async function python(
  program: URL | string,
  programArguments: readonly string[] = [],
  input: string | Uint8Array = '',
): Promise<string> {
  if (!existsSync(pythonInterpreter))
    throw new PythonError(`There is no ${pythonInterpreter}: "make test" makes it from libs/testing/requirements.txt.`);
  const start = program instanceof URL ? [fileURLToPath(program)] : ['-c', program];
  const child = spawn(pythonInterpreter, [...start, ...programArguments], { cwd: repositoryRoot });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  // A program that does not read its input closes the pipe: no failure as long as it exits with 0.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exit = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (exit !== 0) {
    const which = program instanceof URL ? fileURLToPath(program) : 'The Python program';
    throw new PythonError(`${which} ended with ${exit}:\n${Buffer.concat(complaints).toString()}`);
  }
  return Buffer.concat(output).toString();
}
