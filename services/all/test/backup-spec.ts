import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Campaign_State } from '@spectrawl/contracts';
import { loadConfig, restoreBackup, writeBackup, type Config } from '@spectrawl/runtime';
import { Deployment, python, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allServices } from '../src/service.ts';
import { answer, begin, catalogueOf, ingestSurveys, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';

/** milliseconds; a test runs several campaigns */
const TIMEOUT = 600_000;

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

/** A configuration that names where a deployment keeps everything. */
export function configOf({ sections, credentials }: Deployment): Config {
  return loadConfig(allServices, JSON.stringify({ ...sections, ...credentials?.sections }), {});
}

/** What a backup has to bring back, in every shape of deployment. */
export function describeBackup(options: DeploymentOptions): void {
  describe(`a backup in the shape: ${options.shape}`, { timeout: TIMEOUT }, () => {
    const surveys = simulateSurveys();
    const { truth } = surveys.sky;
    const open: Deployment[] = [];
    let original: Deployment;
    let folder: string;

    const fresh = async (): Promise<Deployment> => {
      const deployment = await Deployment.prepare({ ...options, services: SMALL_SHARDS });
      open.push(deployment);
      return deployment;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'spectrawl-backup-'));
      original = await fresh();
      await original.start();
      await ingestSurveys(original, surveys);
    }, TIMEOUT);
    afterAll(async () => {
      for (const deployment of open) await deployment.remove();
      await rm(folder, { recursive: true, force: true });
    });

    it('of a half labelled batch, made while services run, continues elsewhere to the same catalogue', async () => {
      await begin(original, 'half', 'default');
      const before = await answer(original, 'half', truth, { atMost: 15 });
      const backup = join(folder, 'half');
      const manifest = await writeBackup(allServices, configOf(original), backup);
      expect(manifest.objects.missing).toEqual([]);
      const rest = await answer(original, 'half', truth);

      const restored = await fresh();
      await restoreBackup(allServices, configOf(restored), backup);
      await restored.start();
      const { answered, last } = await answer(restored, 'half', truth);
      expect(last?.state).toBe(Campaign_State.COMPLETED);
      expect(answered).toBe(rest.answered);
      expect(last?.labelsSpent).toBe(before.answered + answered);
      expect(await catalogueOf(restored, 'half')).toBe(await catalogueOf(original, 'half'));
      await restored.stop();
      await expect(restoreBackup(allServices, configOf(restored), backup)).rejects.toThrow(/restore into an empty/);
    });

    it('that is damaged, cut off or of a newer version is refused, and nothing is touched', async () => {
      const whole = join(folder, 'half');
      const target = await fresh();
      const refused = async (name: string, spoil: (copy: string) => Promise<void>, message: RegExp) => {
        const copy = join(folder, name);
        await cp(whole, copy, { recursive: true });
        await spoil(copy);
        await expect(restoreBackup(allServices, configOf(target), copy)).rejects.toThrow(message);
      };
      const labels = 'tables/labelling/label.ndjson.gz';
      await refused('changed', (copy) => flipByte(join(copy, labels)), /label\.ndjson\.gz .* is damaged/);
      await refused('cut off', (copy) => truncate(join(copy, labels), 40), /label\.ndjson\.gz .* is damaged/);
      await refused('unfinished', (copy) => rm(join(copy, 'manifest.json')), /manifest\.json .* cannot be read/);
      const edit = (change: (manifest: Record<string, unknown>) => void) => async (copy: string) => {
        const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as Record<string, unknown>;
        change(manifest);
        await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
      };
      await refused(
        'newer',
        edit((manifest) => (manifest['format'] = 2)),
        /format 2.*install that version/,
      );
      const strange = { set: 'service', name: '9999-later.sql', checksum: '0' };
      await refused(
        'newer schema',
        edit(({ schemas }) => (schemas as { migrations: object[] }[])[0]!.migrations.push(strange)),
        /9999-later\.sql.*restore it with that version/,
      );
      const [object] = await readdir(join(whole, 'objects/models/half-0'));
      await refused(
        'with a damaged object',
        (copy) => flipByte(join(copy, 'objects/models/half-0', object!)),
        /objects\/models\/half-0\/.* is damaged/,
      );
      // Nothing of all these is in the way of the whole one.
      const { rows } = await restoreBackup(allServices, configOf(target), whole);
      expect(rows).toBeGreaterThan(0);
    });

    it('is read by others: the label log by DuckDB', async () => {
      const script = `import duckdb, sys
rows = duckdb.read_json(sys.argv[1])
print(duckdb.sql("select count(*), count(distinct position) from rows where class is not null").fetchone())`;
      const labels = join(folder, 'half/tables/labelling/label.ndjson.gz');
      const count = surveys.seed.truth.size + 15;
      expect((await python(script, [labels])).trim()).toBe(`(${count}, ${count})`);
    });

    if (options.shape !== 'separate processes') return;
    it('made while shards wait in the bus for workers has them scored elsewhere', async () => {
      const workers = original.processes.filter(({ name }) => name.startsWith('inference-worker'));
      await Promise.all(workers.map((worker) => worker.stop()));
      await begin(original, 'waiting', 'default');
      await vi.waitFor(
        async () => {
          const { scoringRuns } = await original.inference.listScoringRuns({ campaignId: 'waiting' });
          expect(scoringRuns).toMatchObject([{ shardsScored: 0 }]);
        },
        { timeout: 120_000, interval: 200 },
      );
      const backup = join(folder, 'waiting');
      await writeBackup(allServices, configOf(original), backup);
      const restored = await fresh();
      const { eventsAgain } = await restoreBackup(allServices, configOf(restored), backup);
      expect(eventsAgain).toBeGreaterThanOrEqual(4);
      await restored.start();
      const { last } = await answer(restored, 'waiting', truth);
      expect(last?.state).toBe(Campaign_State.COMPLETED);
      expect(await catalogueOf(restored, 'waiting')).toBe(
        (await catalogueOf(original, 'half')).replaceAll('half', 'waiting'),
      );
    });
  });
}
