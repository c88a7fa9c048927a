import { spawn } from 'node:child_process';

/** A program ended with something else than 0, or is not there. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Runs a program. @returns what it printed @throws {CommandError} with what it printed, when it fails */
export async function runCommand(
  program: string,
  programArguments: readonly string[],
  options: { cwd?: string } = {},
): Promise<string> {
  const child = spawn(program, programArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const exit = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', (error) => reject(new CommandError(`${program} cannot be run: ${error.message}`)));
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  const printed = Buffer.concat(output).toString();
  if (exit === 0) return printed;
  throw new CommandError(
    `${program} ${programArguments.join(' ')} ended with ${exit}:\n${printed}${Buffer.concat(complaints).toString()}`,
  );
}
