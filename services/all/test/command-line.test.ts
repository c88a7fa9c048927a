import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, runServices, type RunningServices } from '@spectrawl/runtime';
import { python, repositoryRoot } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allServices } from '../src/service.ts';

const SPECTRA = 200;
const SEED_SPECTRA = 120;

/** Small enough to be over in seconds. */
const SPEC = `
pool: sky
seedPools: [seed]
preset: default
seed: 3
method:
  architecture: { width: 0.1 }
  query: { size: 12, quotas: { double-peak: 1 }, clusters: 0 }
  audit: { size: 6, finalSize: 10 }
  training: { maxEpochs: 4, poolNegatives: { count: 20, fromIteration: 1 } }
  stopping: { maxIterations: 1, maxError: 0.01 }
`;

/** What a command ended with and wrote. */
interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

describe('the command line with all services', () => {
  let directory: string;
  let services: RunningServices;

  function spectrawl(commandLine: string, input = ''): Promise<Ended> {
    const main = `${repositoryRoot}libs/client/src/main.ts`;
    const words = ['--conditions=@spectrawl/source', main, '--address', services.address, ...commandLine.split(' ')];
    const child = spawn(process.execPath, words, { cwd: directory });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, stdout, stderr }));
    });
  }

  /** Runs a command that has to succeed. @returns what it prints as JSON */
  async function json<T>(commandLine: string, input = ''): Promise<T> {
    const { code, stdout, stderr } = await spectrawl(`${commandLine} --json`, input);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return JSON.parse(stdout) as T;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'spectrawl-command-line-'));
    const yaml = `
grpc: { port: 0 }
database: { kind: pglite, directory: ${join(directory, 'database')} }
objectStore: { kind: filesystem, directory: ${join(directory, 'objects')} }
eventBus: { kind: embedded }
services: { ingestion: { shardRows: 64 } }
`;
    services = await runServices(allServices, loadConfig(allServices, yaml, {}));
    const survey = `--seed 9 --output`;
    await json(`simulate --count ${SPECTRA} --emission-share 0.2 ${survey} sky --truth sky.csv`);
    await json(`simulate --instrument ondrejov --format fits --count ${SEED_SPECTRA} ${survey} seed --truth seed.csv`);
  });
  afterAll(async () => {
    await services.stop();
    await rm(directory, { recursive: true });
  });

  it('ingests what was simulated and says what could not be used; counts add up', async () => {
    await writeFile(join(directory, 'sky', 'notes.txt'), 'no spectrum at all');
    const sky = await json<{ counts: Record<string, number>; quarantined: { source: string }[] }>(
      'ingest sky --pool sky',
    );
    const { received, stored, quarantined, duplicates } = sky.counts;
    expect(received).toBe(SPECTRA + 1);
    expect(stored! + quarantined! + duplicates!).toBe(received);
    expect(sky.quarantined.map(({ source }) => source)).toContain('sky/notes.txt');
    const listed = await json<{ source: string; reason: string }[]>('pools quarantine sky');
    expect(listed).toHaveLength(quarantined!);
    const again = await spectrawl('ingest sky --pool sky');
    expect(again).toMatchObject({ code: 5, stderr: expect.stringContaining('sky') });

    await json('ingest seed --pool seed --survey ondrejov');
    const labels = await json<{ imported: number }>('labels import seed.csv --pool seed');
    expect(labels.imported).toBe(SEED_SPECTRA);
    const pools = await json<{ poolId: string; state: string }[]>('pools');
    expect(pools.map(({ poolId, state }) => [poolId, state])).toEqual([
      ['seed', 'STATE_SEALED'],
      ['sky', 'STATE_SEALED'],
    ]);
  });

  it('runs a campaign from a spec to its catalogue, answered by the oracle', async () => {
    await writeFile(join(directory, 'hunt.yaml'), SPEC);
    expect(await json('campaigns create hunt --spec hunt.yaml --start')).toMatchObject({ campaignId: 'hunt', seed: 3 });
    const watching = spectrawl('campaigns watch hunt');
    const changes = spectrawl('campaigns watch hunt --json');
    const oracle = await json<{ answers: number }>('oracle hunt --truth sky.csv');
    const watched = await watching;
    expect(watched).toMatchObject({ code: 0, stdout: expect.stringContaining('1 final') });
    for (const line of (await changes).stdout.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('campaign');

    const shown = await json<{
      state: string;
      labelsSpent: number;
      catalogue: { candidates: number };
      iterations: { poolSize: number; classCounts: number[]; labelsSpent: number; modelId: string }[];
    }>('campaigns show hunt');
    expect(shown.state).toBe('STATE_COMPLETED');
    expect(shown.labelsSpent).toBe(oracle.answers);
    for (const { poolSize, classCounts } of shown.iterations) {
      expect(classCounts.reduce((sum, count) => sum + count, 0)).toBe(poolSize);
    }
    expect(await json('models show hunt-0')).toMatchObject({ modelId: 'hunt-0', campaignId: 'hunt' });
    expect(await json('models')).toHaveLength(shown.iterations.length);
    const candidates = await json<{ rank: number; spectrumId: string }[]>('candidates hunt --limit 0');
    expect(candidates).toHaveLength(shown.catalogue.candidates);
    // A campaign that is over still asks a second person, blind, about what the first one answered.
    expect(await spectrawl('label hunt --annotator ada', '1'.repeat(30))).toMatchObject({ code: 0 });
    expect(await spectrawl('label hunt --annotator ada', '1')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no question waits'),
    });
  });

  it('saves catalogue and pool as files that others read', async () => {
    const candidates = await json<{ spectrumId: string }[]>('candidates hunt --limit 0');
    for (const format of ['votable', 'csv', 'parquet', 'provenance']) {
      await json(`export catalogue hunt --format ${format} --output hunt.${format}`);
    }
    await json('export pool sky --output saved');
    const judge = `
import json, pathlib, sys
import duckdb, pyarrow.parquet
from astropy.io import ascii
from astropy.table import Table
folder = pathlib.Path(sys.argv[1])
shards = duckdb.sql(f"SELECT id, len(features) FROM '{folder}/saved/shards/*.parquet'").fetchall()
print(json.dumps({
    "votable": len(Table.read(folder / "hunt.votable", format="votable")),
    "csv": len(ascii.read(folder / "hunt.csv", format="csv")),
    "parquet": pyarrow.parquet.read_table(folder / "hunt.parquet").num_rows,
    "ids": len({id for id, _ in shards}),
    "widths": sorted({width for _, width in shards}),
}))
`;
    const { votable, csv, parquet, ids, widths } = JSON.parse(await python(judge, [directory])) as Record<
      string,
      unknown
    >;
    expect([votable, csv, parquet]).toEqual([candidates.length, candidates.length, candidates.length]);
    expect(ids).toBe(SPECTRA);
    expect(widths).toEqual([140]);
    expect(JSON.parse(await readFile(join(directory, 'hunt.provenance'), 'utf8'))).toMatchObject({
      campaign: 'hunt',
      pool: 'sky',
      seed: '3',
      candidates: candidates.length,
    });
  });
});
