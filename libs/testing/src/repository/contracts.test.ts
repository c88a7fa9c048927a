import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../repository-root.ts';

// The same commands as `make test` runs, on a copy of the contracts in which something is planted.
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-contracts-'));
  await cp(join(repositoryRoot, 'proto'), join(folder, 'proto'), { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command in the copy, and answers its exit code and what it printed. */
function run(command: string, ...commandArguments: string[]): Promise<{ exit: number; output: string }> {
  const PATH = `${join(repositoryRoot, 'node_modules/.bin')}${delimiter}${process.env['PATH']}`;
  return new Promise((resolve) => {
    execFile(command, commandArguments, { cwd: folder, env: { ...process.env, PATH } }, (error, stdout, stderr) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr });
    });
  });
}

const labelFile = (): string => join(folder, 'proto/spectrawl/labelling/v1/label.proto');
async function change(from: RegExp, to: string): Promise<void> {
  const text = await readFile(labelFile(), 'utf8');
  expect(text).toMatch(from);
  await writeFile(labelFile(), text.replace(from, to));
}
const checkCompatibility = () => run(join(repositoryRoot, '.ci/breaking-contracts'));
const release = () => run('buf', 'build', 'proto', '--output', 'proto/released.binpb', '--exclude-source-info');

describe('the compatibility check', () => {
  it('accepts the contracts as they were released, and a field more', async () => {
    expect(await release()).toEqual({ exit: 0, output: '' });
    await change(/^message Label \{/m, 'message Label {\n  // A remark, planted.\n  string planted_remark = 999;');
    expect(await checkCompatibility()).toEqual({ exit: 0, output: '' });
  });

  it.each([
    ['a field that is deleted', /^ {2}(string|uint32|int64|double) \w+ = \d+;$/m, ''],
    ['a field that is renamed, which breaks its JSON', /^ {2}string (\w+) = (\d+);$/m, '  string planted_$1 = $2;'],
    ['a field of another type', /^ {2}string (\w+) = (\d+);$/m, '  double $1 = $2;'],
  ])('refuses %s', async (_what, from, to) => {
    await release();
    await change(from, to);
    const { exit, output } = await checkCompatibility();
    expect(exit).toBe(100);
    expect(output).toContain('label.proto');
  });
});

describe('the contracts’ linter', () => {
  it.each([
    ['a message without a comment', /$/, '\nmessage Planted {}\n', 'Message "Planted" should have a non-empty comment'],
    ['a field in camel case', /^ {2}string (\w+) = /m, '  string plantedName = ', 'should be lower_snake_case'],
  ])('refuses %s', async (_what, from, to, complaint) => {
    await change(from, to);
    const { exit, output } = await run('buf', 'lint', 'proto');
    expect(exit).toBe(100);
    expect(output).toContain(complaint);
  });
});
