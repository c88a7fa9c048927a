import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Campaign_State } from '@spectrawl/contracts';
import { openObjectStore } from '@spectrawl/object-store';
import { Deployment, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { configOf } from './backup-spec.ts';
import { answer, begin, catalogueOf, ingestSurveys, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';
import { spectrawlServices } from './services-command.ts';

/** milliseconds; a campaign is run once and a half */
const TIMEOUT = 600_000;

/** Answers that are given in each place, of some 30 of an iteration. */
const ANSWERS = 20;

describe('an installation that moves', { timeout: TIMEOUT }, () => {
  const servers = inject('servers');
  const { objectServer } = servers;
  const surveys = simulateSurveys();
  const { truth } = surveys.sky;
  const open: Deployment[] = [];
  let folder: string;
  let trial: Deployment;
  let centre: Deployment;

  const fresh = async (shape: DeploymentOptions['shape']): Promise<Deployment> => {
    const deployment = await Deployment.prepare({ shape, servers, workers: 1, services: SMALL_SHARDS });
    open.push(deployment);
    return deployment;
  };
  /** Runs a command, which has to succeed, on a deployment. */
  const run = async (words: string, sections: object, settings?: NodeJS.ProcessEnv): Promise<void> => {
    const config = join(folder, 'services.yaml');
    await writeFile(config, JSON.stringify(sections), { mode: 0o600 });
    const { code, stderr } = await spectrawlServices([...words.split(' '), '--config', config], settings);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  };
  const sectionsOf = ({ sections, credentials }: Deployment) => ({ ...sections, ...credentials?.sections });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-crossing-'));
    trial = await fresh('embedded');
    await trial.start();
    await ingestSurveys(trial, surveys);
  }, TIMEOUT);
  afterAll(async () => {
    for (const deployment of open) await deployment.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('from one process onto servers through a bucket, and back: its campaign goes on to the same catalogue', async () => {
    await begin(trial, 'hunt', 'default');
    await answer(trial, 'hunt', truth, { atMost: ANSWERS });
    const bucket = `s3://${objectServer.bucket}/moving`;
    // A trial has no server of objects; the variables of AWS's own tools say which one, and who asks.
    await run(`backup --to ${bucket}`, sectionsOf(trial), {
      AWS_ENDPOINT_URL: objectServer.endpoint,
      AWS_REGION: objectServer.region,
      AWS_ACCESS_KEY_ID: objectServer.accessKey,
      AWS_SECRET_ACCESS_KEY: objectServer.secretKey,
    });
    const { answered } = await answer(trial, 'hunt', truth);

    centre = await fresh('separate processes');
    await run(`restore --from ${bucket}`, sectionsOf(centre));
    await centre.start();
    await answer(centre, 'hunt', truth, { atMost: ANSWERS });
    const backup = join(folder, 'backup');
    await run(`backup --to ${backup}`, sectionsOf(centre));
    await run(`backup --without-objects --to ${backup}-of-rows`, sectionsOf(centre));
    await centre.stop();

    const home = await fresh('embedded');
    await run(`restore --from ${backup}`, sectionsOf(home));
    await home.start();
    const rest = await answer(home, 'hunt', truth);
    expect(rest.last?.state).toBe(Campaign_State.COMPLETED);
    expect(rest.answered).toBe(answered - ANSWERS);
    expect(await catalogueOf(home, 'hunt')).toBe(await catalogueOf(trial, 'hunt'));
  });

  it('without its objects, which have to be there as they were', async () => {
    const { objectStore } = configOf(centre);
    const target = await fresh('separate processes');
    const sections = { ...sectionsOf(target), objectStore: centre.sections.objectStore };
    const config = join(folder, 'target.yaml');
    await writeFile(config, JSON.stringify(sections), { mode: 0o600 });
    const restore = ['restore', '--from', join(folder, 'backup-of-rows'), '--config', config];

    const store = await openObjectStore(objectStore);
    const weights = 'models/hunt-0/weights.safetensors';
    const bytes = await store.get(weights);
    await store.delete(weights);
    expect(await spectrawlServices(restore)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`the object store lacks "${weights}": bring it back`),
    });
    await store.put(weights, bytes.with(0, bytes[0]! ^ 1));
    expect(await spectrawlServices(restore)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`another object "${weights}" than at the time of the backup`),
    });
    await store.put(weights, bytes);
    expect(await spectrawlServices(restore)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('(were there, checked)'),
    });
  });

  it('says in one line that there is no such bucket', async () => {
    const config = join(folder, 'target.yaml');
    const { code, stderr } = await spectrawlServices(['restore', '--from', 's3://none/moving', '--config', config]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^bucket "none" .* cannot be used .*: make it, or check address and credentials\n$/);
  });
});
