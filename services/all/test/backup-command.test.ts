import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestSurveys, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';
import { spectrawlServices } from './services-command.ts';

/** Deeper than the path of a Unix socket may be: 107 bytes, unix(7). */
const DEEP = 'the-archive-of-a-survey-telescope/'.repeat(4);

describe('the command that backs up and restores', { timeout: 300_000 }, () => {
  let folder: string;
  let original: Deployment;
  let restored: Deployment;
  let backup: string;
  /** files with the deployments' configurations */
  let config: string;
  let restoredConfig: string;

  /** Paths of its own are all that a configuration needs to name. */
  const configFile = async (name: string, sections: object): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, JSON.stringify(sections));
    return path;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-backup-command-'));
    const disk = join(folder, DEEP);
    await mkdir(disk, { recursive: true });
    original = await Deployment.prepare({ shape: 'embedded', disk, services: SMALL_SHARDS });
    restored = await Deployment.prepare({ shape: 'embedded', services: SMALL_SHARDS });
    backup = join(folder, 'backup');
    config = await configFile('original.yaml', original.sections);
    restoredConfig = await configFile('restored.yaml', restored.sections);
    await original.start();
    await ingestSurveys(original, simulateSurveys());
  }, 300_000);
  afterAll(async () => {
    await original.remove();
    await restored.remove();
    await rm(folder, { recursive: true });
  });

  it('backs up while services run, however deep their database lies, and tells how it goes and what it did', async () => {
    const { code, stdout, stderr } = await spectrawlServices(['backup', '--config', config, '--to', backup]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^Backed up to .*\/backup: \d+ rows, \d+ objects \(\d+\.\d MB\)\.\n$/);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toContain('table labelling.label: 150 rows');
    expect(lines.at(-1)).toMatch(/^objects: \d+, \d+\.\d MB$/);
    // Nothing else is said, and the services go on.
    expect(lines.filter((line) => !/^(table|objects)/.test(line))).toEqual([]);
    expect((await original.ingestion.listPools({})).pools).toHaveLength(2);
  });

  it('does not write over a backup, and does not restore where services run', async () => {
    expect(await spectrawlServices(['backup', '--config', config, '--to', backup])).toEqual({
      code: 1,
      stdout: '',
      stderr: `${backup} is not empty: choose a place of its own\n`,
    });
    const { code, stdout, stderr } = await spectrawlServices(['restore', '--config', config, '--from', backup]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`in use by process ${original.process('all').pid} on`);
  });

  it('restores elsewhere; the services find there what was backed up', async () => {
    const { code, stdout, stderr } = await spectrawlServices(['restore', '--config', restoredConfig, '--from', backup]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(
      /^Restored \d+ rows and \d+ objects; 0 events are published again\. Start the services\.\n$/,
    );
    expect(stderr).toMatch(/^backup of \d{4}-.* by Spectrawl \d+\.\d+\.\d+\n/);
    await restored.start();
    expect(await restored.ingestion.listPools({})).toEqual(await original.ingestion.listPools({}));
    await restored.stop();
  });

  it('ends with 3 where the database names an object that the store does not have', async () => {
    const { objectStore } = restored.sections as { objectStore: { directory: string } };
    const manifest = JSON.parse(await readFile(join(backup, 'manifest.json'), 'utf8')) as {
      objects: { count: number };
    };
    await rm(join(objectStore.directory, 'objects/pools/seed'), { recursive: true });
    const place = join(folder, 'lacking');
    const { code, stdout, stderr } = await spectrawlServices(['backup', '--config', restoredConfig, '--to', place]);
    expect({ code, stderr }).toMatchObject({ code: 3 });
    const missing = stderr.split('\n').filter((line) => line.startsWith('missing: '));
    expect(missing[0]).toMatch(/the database names the object pools\/seed\/\S+, which the store does not have$/);
    expect(stdout).toContain(`${manifest.objects.count - missing.length} objects`);
  });

  it.each([
    ['backup'],
    ['backup --to='],
    ['backup --to FOLDER --more'],
    ['backup --from FOLDER --to FOLDER'],
    ['restore --to FOLDER'],
    ['restore --from FOLDER --without-objects'],
  ])('says how it is used when asked wrongly: %s', async (words) => {
    const { code, stdout, stderr } = await spectrawlServices(words.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Usage:\n {2}spectrawl-services backup .*\n {2}spectrawl-services restore .*\n$/);
  });

  it('says in one line what is wrong with a place', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'no folder');
    const elsewhere = await configFile('elsewhere.yaml', {
      ...original.sections,
      database: { kind: 'pglite', directory: join(folder, 'elsewhere') },
    });
    const cases: [string[], RegExp][] = [
      [['backup', '--config', 'none.yaml', '--to', file], /^cannot read none\.yaml .*: give --config FILE/],
      [['backup', '--config', elsewhere, '--to', join(folder, 'b')], /^there is no database in .*\/elsewhere: name/],
      [['backup', '--config', restoredConfig, '--to', join(file, 'b')], /file\/b/],
      [['restore', '--config', elsewhere, '--from', join(folder, 'none')], /^there is nothing in .*\/none: name/],
      [['restore', '--config', elsewhere, '--from', folder], /^manifest\.json of the backup .* cannot be read/],
    ];
    for (const [words, message] of cases) {
      const { code, stdout, stderr } = await spectrawlServices(words);
      expect({ words, code, stdout }).toEqual({ words, code: 1, stdout: '' });
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
