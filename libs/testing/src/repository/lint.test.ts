import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../../../../oxlint.config.ts';
import { repositoryRoot } from '../repository-root.ts';

/** A violation planted in a copy of the repository's skeleton, and what the linter has to say about it. */
interface Violation {
  file: string;
  code: string;
  rule: string;
  /** Part of the message, where one rule forbids several things for several reasons. */
  saying?: string;
}

const importing = (file: string, name: string, saying: string): Violation => ({
  file,
  code: `import * as it from '${name}';\nconsole.log(it);`,
  rule: 'eslint(no-restricted-imports)',
  saying,
});

const LAYERS = 'imports point from services to runtime to adapters to contracts and the pure libs';
const SERVICES = 'a service calls another over gRPC';
const DRIVERS = 'exactly one importer';

const violations: Violation[] = [
  importing('libs/spectra/src/planted-layer.ts', '@spectrawl/database', LAYERS),
  importing('libs/active-learning/src/planted-layer.ts', '@spectrawl/contracts', LAYERS),
  importing('libs/pool/src/planted-layer.ts', '@spectrawl/object-store', LAYERS),
  importing('libs/network/src/planted-layer.ts', '@spectrawl/telemetry', LAYERS),
  importing('libs/contracts/src/planted-layer.ts', '@spectrawl/spectra', LAYERS),
  importing('libs/database/src/planted-layer.ts', '@spectrawl/runtime', LAYERS),
  importing('libs/event-bus/src/planted-layer.ts', '@spectrawl/client', LAYERS),
  importing('libs/runtime/src/planted-layer.ts', '@spectrawl/client', LAYERS),
  importing('libs/runtime/src/planted-testing.ts', '@spectrawl/testing', LAYERS),
  importing('libs/client/src/planted-layer.ts', '@spectrawl/runtime', LAYERS),
  importing('libs/testing/src/planted-layer.ts', '@spectrawl/runtime', LAYERS),
  importing('services/selection/src/planted-layer.ts', '@spectrawl/client', LAYERS),
  importing('services/selection/src/planted-testing.ts', '@spectrawl/testing', LAYERS),
  importing('services/selection/src/planted-service.ts', '@spectrawl/training-service', SERVICES),
  importing('services/selection/test/planted-service.test.ts', '@spectrawl/training-service', SERVICES),
  importing('libs/runtime/src/planted-service.ts', '@spectrawl/training-service', SERVICES),
  importing('libs/client/src/planted-service.ts', '@spectrawl/selection-service', SERVICES),
  importing('services/all/src/planted-entry.ts', '@spectrawl/training-service/dist/model.js', 'by its entry'),
  importing('services/training/src/planted-entry.ts', '@spectrawl/pool/src/shard.ts', 'by its entry'),
  importing('services/training/src/planted-reach.ts', '../../selection/src/service.ts', 'by a relative path'),
  importing('libs/pool/src/deep/planted-reach.ts', '../../../spectra/src/index.ts', 'by a relative path'),
  importing('services/ingestion/src/planted-driver.ts', 'kafkajs', DRIVERS),
  importing('libs/event-bus/src/planted-driver.ts', 'kysely', DRIVERS),
  importing('libs/database/src/planted-driver.ts', 'kafkajs', DRIVERS),
  importing('services/inference/src/planted-database.ts', '@duckdb/node-api', DRIVERS),
  importing('services/ingestion/src/planted-s3.ts', '@aws-sdk/client-s3', DRIVERS),
  importing('services/labelling/src/planted-pg.ts', 'pg', DRIVERS),
  importing('services/labelling/src/planted-pglite.ts', '@electric-sql/pglite', DRIVERS),
  importing('services/labelling/src/planted-kysely.ts', 'kysely', DRIVERS),
  importing('services/training/src/planted-tensorflow.ts', '@tensorflow/tfjs-node', DRIVERS),
  importing('services/inference/src/planted-grpc.ts', '@grpc/grpc-js', DRIVERS),
  importing('libs/runtime/src/planted-grpc.ts', '@grpc/grpc-js', DRIVERS),
  importing('services/inference/src/planted-parquet.ts', 'hyparquet', DRIVERS),
  importing('services/inference/src/planted-parquet-writer.ts', 'hyparquet-writer', DRIVERS),
  importing('services/training/src/planted-telemetry.ts', '@opentelemetry/api', DRIVERS),
  importing('libs/grpc/src/planted-nest.ts', '@nestjs/common', 'NestJS belongs to'),
  importing('libs/spectra/src/planted-undeclared.ts', 'undici', 'Declare what you import'),
  importing('libs/telemetry/src/planted-undeclared.ts', '@spectrawl/contracts', 'Declare what you import'),
  importing('services/labelling/src/planted-test-tool.ts', 'fast-check', 'Declare what you import'),
  importing('libs/grpc/src/planted-unprefixed.ts', 'fs', 'Declare what you import'),
  importing('libs/spectra/src/planted-file.ts', 'node:fs/promises', 'opens nothing itself'),
  importing('libs/active-learning/src/planted-network.ts', 'node:http', 'opens nothing itself'),
  importing('services/workbench/page/planted-layer.ts', '@spectrawl/grpc', 'of the libs it imports the contracts'),
  importing('services/workbench/page/label/planted-server.tsx', '../../src/session.ts', 'goes over the wire'),
  importing('services/workbench/page/planted-node.ts', 'node:fs', 'Declare what you import'),
  importing('services/workbench/page/planted-undeclared.ts', 'lodash', 'Declare what you import'),
  {
    file: 'services/workbench/page/planted-hook.tsx',
    code: `import { useState } from 'react';\nexport function View({ on }: { on: boolean }) {\n  return on ? <b>{useState(1)[0]}</b> : null;\n}`,
    rule: 'react-hooks(rules-of-hooks)',
  },
  {
    file: 'services/workbench/page/planted-effect.tsx',
    code: `import { useEffect } from 'react';\nexport function View({ text }: { text: string }) {\n  useEffect(() => {\n    document.title = text;\n  }, []);\n  return null;\n}`,
    rule: 'react-hooks(exhaustive-deps)',
  },
  {
    file: 'services/labelling/src/planted-dynamic-import.ts',
    code: `export const driver = await import('kysely');`,
    rule: 'eslint(no-restricted-imports)',
    saying: DRIVERS,
  },
  {
    file: 'services/labelling/src/planted-type-import.ts',
    code: `export type { Kysely } from 'kysely';`,
    rule: 'eslint(no-restricted-imports)',
    saying: DRIVERS,
  },
  {
    file: 'services/labelling/src/planted-create-require.ts',
    code: `import { createRequire } from 'node:module';\nexport const pg: unknown = createRequire(import.meta.url)('pg');`,
    rule: 'eslint(no-restricted-imports)',
    saying: 'hides what is imported',
  },
  {
    file: 'libs/active-learning/src/planted-random.ts',
    code: 'export const draw = (): number => Math.random();',
    rule: 'eslint(no-restricted-properties)',
    saying: 'Take a seed',
  },
  {
    file: 'libs/network/src/planted-clock.ts',
    code: 'export const now = (): number => Date.now();',
    rule: 'eslint(no-restricted-properties)',
    saying: 'Take the time',
  },
  {
    file: 'libs/pool/src/planted-stopwatch.ts',
    code: 'export const now = (): number => performance.now();',
    rule: 'eslint(no-restricted-properties)',
    saying: 'Take the time',
  },
  {
    file: 'libs/pool/src/planted-cycle.ts',
    code: `import { b } from './planted-cycle-back.ts';\nexport const a: number = b;`,
    rule: 'import(no-cycle)',
  },
  {
    file: 'libs/pool/src/planted-cycle-back.ts',
    code: `import { a } from './planted-cycle.ts';\nexport const b: number = a;`,
    rule: 'import(no-cycle)',
  },
  { file: 'libs/pool/src/planted-default.ts', code: 'export default 1;', rule: 'import(no-default-export)' },
  {
    file: 'libs/pool/src/plantedName.ts',
    code: 'export const a = 1;',
    rule: 'unicorn(filename-case)',
  },
  {
    file: 'libs/pool/src/planted-floating.ts',
    code: `export const work = async (): Promise<number> => await Promise.resolve(1);\nwork();`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'libs/pool/src/planted-misused.ts',
    code: `export const check = async (): Promise<boolean> => await Promise.resolve(false);\nif (check()) console.log('always');`,
    rule: 'typescript(no-misused-promises)',
  },
  {
    file: 'libs/pool/src/planted-return-await.ts',
    code: `export async function a(b: () => Promise<number>): Promise<number> {\n  try {\n    return b();\n  } catch {\n    return 0;\n  }\n}`,
    rule: 'typescript(return-await)',
  },
  {
    file: 'libs/pool/src/planted-any.ts',
    code: 'export const a = (b: any): unknown => b;',
    rule: 'typescript(no-explicit-any)',
  },
  {
    file: 'libs/pool/src/planted-type.ts',
    code: `import { Buffer } from 'node:buffer';\nexport const length = (bytes: Buffer): number => bytes.length;`,
    rule: 'typescript(consistent-type-imports)',
  },
  {
    file: 'libs/pool/src/planted-require.ts',
    code: `export const fs: unknown = require('node:fs');`,
    rule: 'typescript(no-require-imports)',
  },
  { file: 'libs/pool/src/planted-throw.ts', code: `throw 'a text';`, rule: 'typescript(only-throw-error)' },
  {
    file: 'libs/pool/src/planted-switch.ts',
    code: `export function name(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 2;\n}`,
    rule: 'typescript(switch-exhaustiveness-check)',
  },
  { file: 'libs/pool/src/planted-unused.ts', code: 'const unused = 1;\nexport {};', rule: 'eslint(no-unused-vars)' },
  {
    file: 'libs/pool/src/planted-equality.ts',
    code: 'export const same = (a: unknown, b: unknown): boolean => a == b;',
    rule: 'eslint(eqeqeq)',
  },
  { file: 'libs/pool/src/planted-var.ts', code: 'export var a = 1;', rule: 'eslint(no-var)' },
  { file: 'libs/pool/src/planted-let.ts', code: 'let a = 1;\nexport const b = a;', rule: 'eslint(prefer-const)' },
  {
    file: 'libs/pool/src/planted-comment.ts',
    code: `// ${'TO'}${'DO'}: finish\nexport const a = 1;`,
    rule: 'eslint(no-warning-comments)',
  },
  {
    file: 'libs/pool/src/planted-skip.test.ts',
    code: `import { expect, it } from 'vitest';\nit.skip('works', () => {\n  expect(1).toBe(1);\n});`,
    rule: 'vitest(no-disabled-tests)',
  },
  {
    file: 'libs/pool/src/planted-only.test.ts',
    code: `import { expect, it } from 'vitest';\nit.only('works', () => {\n  expect(1).toBe(1);\n});`,
    rule: 'vitest(no-focused-tests)',
  },
  {
    file: 'libs/pool/src/planted-nothing.test.ts',
    code: `import { it } from 'vitest';\nit('asserts nothing', () => {\n  console.log(1);\n});`,
    rule: 'vitest(expect-expect)',
  },
  {
    file: 'libs/pool/src/planted-mock.test.ts',
    code: `import { vi } from 'vitest';\nvi.mock('./shard.ts');`,
    rule: 'vitest(no-restricted-vi-methods)',
  },
  {
    file: 'libs/pool/src/planted-directive.ts',
    code: `// oxlint-disable-next-line no-var\nexport const a = 1;`,
    rule: 'directive',
    saying: 'Unused oxlint-disable',
  },
];

/** What the rules are there to let through. */
const allowed: { file: string; code: string }[] = [
  {
    file: 'services/workbench/page/allowed.ts',
    code: `import * as contracts from '@spectrawl/contracts';\nimport * as react from 'react';\nconsole.log(contracts, react);`,
  },
  { file: 'services/all/src/allowed.ts', code: `import * as it from '@spectrawl/training-service';\nconsole.log(it);` },
  { file: 'libs/database/src/allowed.ts', code: `import * as it from 'kysely';\nconsole.log(it);` },
  { file: 'libs/pool/src/allowed.ts', code: `import * as it from 'node:fs/promises';\nconsole.log(it);` },
  { file: 'libs/pool/src/deep/allowed.ts', code: `import * as it from '../allowed.ts';\nconsole.log(it);` },
  {
    file: 'services/training/test/allowed.test.ts',
    code: `import * as it from '../src/allowed.ts';\nconsole.log(it);`,
  },
  { file: 'services/training/src/allowed.ts', code: `import * as it from '@spectrawl/network';\nconsole.log(it);` },
  { file: 'libs/spectra/src/allowed.test.ts', code: `import * as it from '@spectrawl/testing';\nconsole.log(it);` },
];

interface Diagnostic {
  code?: string;
  message: string;
  help?: string;
  filename: string;
}

let skeleton: string;
let diagnostics: Diagnostic[];

/** A copy of everything the linter's configuration looks at: manifests and TypeScript's configuration, but no source. */
async function copySkeleton(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-lint-'));
  for (const file of ['oxlint.config.ts', 'package.json', 'tsconfig.base.json', 'tsconfig.tests.json'])
    await cp(join(repositoryRoot, file), join(folder, file));
  for (const kind of ['libs', 'services'])
    for (const name of await readdir(join(repositoryRoot, kind)))
      for (const file of ['package.json', 'tsconfig.json'])
        await cp(join(repositoryRoot, kind, name, file), join(folder, kind, name, file)).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        });
  await symlink(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

beforeAll(async () => {
  skeleton = await copySkeleton();
  for (const { file, code } of [...violations, ...allowed]) {
    await mkdir(join(skeleton, dirname(file)), { recursive: true });
    await writeFile(join(skeleton, file), `${code}\n`);
  }
  const output = await new Promise<string>((resolve, reject) => {
    const oxlint = join(repositoryRoot, 'node_modules/.bin/oxlint');
    execFile(oxlint, ['--format=json'], { cwd: skeleton, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(stdout);
      else reject(new Error(`The linter did not run: ${stderr || stdout}`, { cause: error }));
    });
  });
  diagnostics = (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
});
afterAll(() => rm(skeleton, { recursive: true }));

const reported = (file: string): string[] =>
  diagnostics
    .filter(({ filename }) => filename === file)
    .map(({ code, message, help }) => `${code ?? 'directive'}: ${message} ${help}`);

describe('the linter reports', () => {
  it.each(violations)('$rule in $file', ({ file, rule, saying = '' }) => {
    const found = reported(file);
    const hits = found.filter((it) => it.startsWith(`${rule}: `) && it.includes(saying));
    expect(hits, `reported instead: ${found.join('\n')}`).not.toEqual([]);
  });
});

describe('the linter lets through', () => {
  it.each(allowed)('$file', ({ file }) => {
    expect(reported(file)).toEqual([]);
  });
});

describe('every rule has its violation', () => {
  const configured: Record<string, unknown>[] = [
    config.rules ?? {},
    ...(config.overrides ?? []).map(({ rules }) => rules ?? {}),
  ];
  const names = new Set(
    configured.flatMap((rules) =>
      Object.entries(rules)
        .filter(([, setting]) => setting !== 'off')
        .map(([rule]) => (rule.includes('/') ? rule : `eslint/${rule}`).replace(/^(.*)\/(.*)$/, '$1($2)')),
    ),
  );

  it.each([...names])('%s', (rule) => {
    expect(violations.map((it) => it.rule)).toContain(rule);
  });

  const patterns = configured.flatMap((rules) => {
    const setting = rules['no-restricted-imports'] as [string, { patterns: { message: string }[] }] | undefined;
    return setting?.[1].patterns.map(({ message }) => message.replace(/(libs|services)\/[a-z-]+/, '…')) ?? [];
  });

  it.each([...new Set(patterns)])('%s', (message) => {
    expect(violations.filter(({ saying }) => saying !== undefined && message.includes(saying))).not.toEqual([]);
  });
});
