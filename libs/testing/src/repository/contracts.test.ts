import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import * as contracts from '@spectrawl/contracts';
import { requiredRoleOf } from '@spectrawl/grpc';
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

describe('every RPC of the contracts', () => {
  const services = (Object.values(contracts) as unknown[]).filter(
    (exported): exported is DescService =>
      typeof exported === 'object' && exported !== null && 'kind' in exported && exported.kind === 'service',
  );
  const methods = services.flatMap((service) => service.methods);

  it('is exported', async () => {
    const folderOfContracts = join(repositoryRoot, 'proto');
    const files = (await readdir(folderOfContracts, { recursive: true })).filter((name) => name.endsWith('.proto'));
    const texts = await Promise.all(files.map((name) => readFile(join(folderOfContracts, name), 'utf8')));
    const declared = texts.flatMap((text) => [...text.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, name]) => name!));
    expect(new Set(methods.map(({ name }) => name))).toEqual(new Set(declared));
    expect(methods.length).toBe(declared.length);
    expect(declared.length).toBeGreaterThan(30);
  });

  it.each(methods.map((method) => ({ method, name: `${method.parent.typeName}/${method.name}` })))(
    '$name names the role that its caller needs, and lets nobody write who may only read',
    ({ method }) => {
      const reads = /^(?:Get|List|Watch|Export|Score|Query|Find)/.test(method.name);
      expect(requiredRoleOf(method) === 'viewer').toBe(reads);
    },
  );
});
