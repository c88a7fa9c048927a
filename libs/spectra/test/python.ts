import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);
const interpreter = fileURLToPath(new URL('.build/python/bin/python', repository));

/** The folder of bundled real spectra, with a slash at the end. */
export const REAL_SPECTRA = fileURLToPath(new URL('libs/testing/data/real-spectra/', repository));

/**
 * Runs a script of this folder with the Python that `make` sets up beside the repository's other builds.
 * @returns what it prints
 * @throws where it fails, with what it says
 */
export function runPython(script: string, args: readonly string[] = [], input = ''): string {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr, error } = spawnSync(interpreter, [path, ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (error !== undefined) throw new Error(`${interpreter} does not run: set it up with make`, { cause: error });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return stdout;
}
