import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Campaign_State } from '@spectrawl/contracts';
import { loadConfig, restoreBackup, writeBackup, type Config } from '@spectrawl/runtime';
import { Deployment, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allServices } from '../src/service.ts';
import { answer, begin, catalogueOf, ingestSurveys, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';

/** milliseconds; a test runs several campaigns */
const TIMEOUT = 600_000;

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
  });
}
