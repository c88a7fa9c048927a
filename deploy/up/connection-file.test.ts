import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConnection, SERVICES } from '@spectrawl/client';
import { repositoryRoot } from '@spectrawl/testing';
import { expect, it, onTestFinished } from 'vitest';
import { connectionFile } from './connection-file.ts';
import { planProcesses, readConfiguration } from './plan.ts';

it('is one that the client takes, with every service that programs call', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-connection-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const planned = planProcesses(await readConfiguration(join(repositoryRoot, 'deploy/services.yaml')), {}, 2);
  const caFile = join(folder, 'credentials/ca.pem');
  const path = join(folder, 'connection.yaml');
  await writeFile(path, connectionFile(folder, planned, { caFile }));
  const { addresses, ...files } = await readConnection(path);
  expect(files).toEqual({ caFile });
  expect(Object.keys(addresses).toSorted()).toEqual(SERVICES.toSorted());
  expect(addresses.selection).toBe('localhost:50054');
});
