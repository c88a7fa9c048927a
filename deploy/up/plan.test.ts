import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { names, PlanError, planProcesses, readConfiguration, type Configuration } from './plan.ts';

let documented: Configuration;
let folder: string;

beforeAll(async () => {
  documented = await readConfiguration(join(repositoryRoot, 'deploy/services.yaml'));
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-plan-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the processes of the documented configuration', () => {
  it('are the services where the file says, and workers at the ports behind them', () => {
    const planned = planProcesses(documented, {}, 3).map(({ title, address }) => [title, address]);
    expect(Object.fromEntries(planned)).toEqual({
      ingestion: '127.0.0.1:50051',
      training: '127.0.0.1:50052',
      inference: '127.0.0.1:50053',
      selection: '127.0.0.1:50054',
      labelling: '127.0.0.1:50055',
      workbench: '127.0.0.1:50056',
      'inference-worker 1': '127.0.0.1:50057',
      'inference-worker 2': '127.0.0.1:50058',
      'inference-worker 3': '127.0.0.1:50059',
    });
  });

  it('listen where the environment says, which the services read, too', () => {
    const environment = { SPECTRAWL_ADDRESSES__LABELLING: 'localhost:60000' };
    const planned = planProcesses(documented, environment, 1).map(({ address }) => address);
    expect(planned).toContain('127.0.0.1:60000');
    expect(planned).toContain('127.0.0.1:60001');
  });

  it('can not be processes of another machine', () => {
    const elsewhere = { addresses: { ...documented.addresses, training: 'gpu-1:50051' } };
    expect(() => planProcesses(elsewhere, {}, 2)).toThrow(PlanError);
    expect(() => planProcesses(elsewhere, {}, 2)).toThrow('addresses.training is gpu-1:50051');
    expect(() => planProcesses({ addresses: {} }, {}, 2)).toThrow('addresses.ingestion is missing');
  });
});

it('a server is the user’s where the file or the environment names it', () => {
  expect(names('database', documented, {})).toBe(false);
  expect(names('database', { ...documented, database: {} }, {})).toBe(true);
  expect(names('objectStore', documented, { SPECTRAWL_OBJECT_STORE__KIND: 's3' })).toBe(true);
  expect(names('eventBus', documented, { SPECTRAWL_EVENT_BUS__BROKERS: '[a:9092]' })).toBe(true);
});

it('a file that is no configuration is named', async () => {
  const path = join(folder, 'wrong.yaml');
  await writeFile(path, '- a list');
  await expect(readConfiguration(path)).rejects.toThrow(/wrong\.yaml: a configuration is a mapping/);
  await expect(readConfiguration(join(folder, 'absent.yaml'))).rejects.toThrow(PlanError);
});
