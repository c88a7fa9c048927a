import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { loadConfig, runServices, type RunningServices } from '@spectrawl/runtime';
import { DeploymentCredentials, repositoryRoot } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { allServices } from '../src/service.ts';

// What `helm test` runs in a cluster, on services as they run there: with TLS both ways, and asking for tokens.
const chart = `${repositoryRoot}helm/spectrawl/`;
const facts = parse(readFileSync(`${chart}files/services.yaml`, 'utf8')) as Record<
  string,
  { grpc?: string; reads?: string }
>;

let folder: string;
let credentials: DeploymentCredentials;
let services: RunningServices;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-helm-test-'));
  credentials = await DeploymentCredentials.create();
  const { grpc, authentication } = credentials.sections;
  const config = {
    grpc: { ...grpc, port: 0 },
    authentication,
    operations: { port: 0 },
    database: { kind: 'pglite', directory: 'memory' },
    objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
    eventBus: { kind: 'embedded' },
  };
  services = await runServices(allServices, loadConfig(allServices, JSON.stringify(config), {}));
  const { files } = credentials;
  await cp(files.clientCertificateFile, join(folder, 'tls.crt'));
  await cp(files.clientKeyFile, join(folder, 'tls.key'));
  await cp(files.caFile, join(folder, 'ca.crt'));
});

afterAll(async () => {
  await services.stop();
  await credentials.remove();
  await rm(folder, { recursive: true });
});

async function check(token: string, operations = services.operationsAddress): Promise<{ code: number; says: string }> {
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${token}\n`);
  const asked = Object.entries(facts).map(([name, { grpc: service, reads: method }]) => ({
    name,
    operations: name === 'ingestion' ? operations : services.operationsAddress,
    ...(service && { grpc: { address: services.address, service, method } }),
  }));
  const child = spawn(process.execPath, [`${chart}files/test/check.mjs`, JSON.stringify(asked)], {
    env: { ...process.env, TLS_DIRECTORY: folder, TOKEN_FILE: tokenFile },
  });
  const [says, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  return { code, says };
}

it('passes where everything answers', async () => {
  const { code, says } = await check(await credentials.token('viewer', 'helm-test'));
  const passed = Object.entries(facts).flatMap(([name, { grpc }]) =>
    ['ready', ...(grpc ? ['serves', 'answersViewers', 'refusesStrangers'] : [])].map(
      (what) => `passed  ${name}  ${what}`,
    ),
  );
  expect(says.trim().split('\n')).toEqual(passed);
  expect(code).toBe(0);
});

it('fails where a token is not taken, and says what does not work', async () => {
  const { code, says } = await check('no token at all');
  expect(says).toContain('failed  ingestion  answersViewers: ListPools with a token: status 16');
  expect(code).toBe(1);
});

it('fails where nobody answers', async () => {
  const { code, says } = await check(await credentials.token('viewer', 'helm-test'), '127.0.0.1:1');
  expect(says).toContain('failed  ingestion  ready');
  expect(code).toBe(1);
});
