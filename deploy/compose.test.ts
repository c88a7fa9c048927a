import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inferenceService, inferenceWorkerService } from '@spectrawl/inference-service';
import { ingestionService } from '@spectrawl/ingestion-service';
import { labellingService } from '@spectrawl/labelling-service';
import { loadConfig } from '@spectrawl/runtime';
import { selectionService } from '@spectrawl/selection-service';
import { trainingService } from '@spectrawl/training-service';
import { workbenchService } from '@spectrawl/workbench-service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface ComposeService {
  image: string;
  ports?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
}

/** Those that keep something. */
const KEEPING = [
  ingestionService,
  trainingService,
  inferenceService,
  inferenceWorkerService,
  selectionService,
  labellingService,
];
const SERVICES = [...KEEPING, workbenchService];

const { services, secrets } = parse(await readFile(new URL('./compose.yaml', import.meta.url), 'utf8'), {
  merge: true,
}) as { services: Record<string, ComposeService>; secrets: Record<string, { file: string }> };

describe('deploy/compose.yaml', () => {
  it('names images as the chart does, by the version', async () => {
    const chart = await readFile(new URL('../helm/spectrawl/Chart.yaml', import.meta.url), 'utf8');
    const { appVersion } = parse(chart) as { appVersion: string };
    for (const { name } of SERVICES) {
      expect(services[name]?.image).toBe(`spectrawl-${name}:\${SPECTRAWL_TAG:-${appVersion}}`);
    }
    const script = await readFile(new URL('./compose-up', import.meta.url), 'utf8');
    const tags = [...script.matchAll(/SPECTRAWL_TAG:-([^}]+)/g)].map(([, tag]) => tag);
    expect(new Set(tags)).toEqual(new Set([appVersion]));
  });

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-compose-'));
    await Promise.all(Object.keys(secrets).map((name) => writeFile(join(folder, name), `the content of ${name}`)));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(SERVICES.map((service) => [service.name, service] as const))(
    'configures %s: servers, TLS and tokens, no service without its address',
    async (name, service) => {
      const environment = Object.fromEntries(
        Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
          key,
          value.replaceAll('/run/secrets', folder),
        ]),
      );
      const shared = await readFile(new URL('./services.yaml', import.meta.url), 'utf8');
      const config = loadConfig([service], shared, environment, 'services.yaml');
      expect(config).toMatchObject({ authentication: { kind: 'jwt' } });
      const places = {
        database: { kind: 'postgres', password: 'the content of database-password' },
        objectStore: { kind: 's3', credentials: { accessKeyId: 'the content of access-key-id' } },
        eventBus: { kind: 'kafka', brokers: ['kafka:9092'] },
      };
      expect(config).toMatchObject(KEEPING.includes(service) ? places : {});
      for (const [called, address] of Object.entries(config.addresses)) {
        expect(address).toBe(`${called}:50051`);
        expect(services).toHaveProperty(called);
      }
    },
  );

  it('publishes ports on this machine only', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published).toHaveLength(SERVICES.length - 1);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:(50051|8888)$/);
  });

  it('gives every service the secrets that its configuration names, and no secret by its value', () => {
    for (const { environment = {}, secrets: given = [] } of Object.values(services)) {
      const named = Object.values(environment).flatMap((value) =>
        [...value.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, name]) => name),
      );
      expect(given).toEqual(expect.arrayContaining(named));
      expect(Object.keys(environment).filter((key) => /(PASSWORD|SECRET_ACCESS_KEY|TOKEN)$/.test(key))).toEqual([]);
    }
    expect(Object.values(secrets).every(({ file }) => file.startsWith('../var/compose/secrets/'))).toBe(true);
  });
});
