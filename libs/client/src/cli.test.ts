import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { python } from '@spectrawl/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from './cli.ts';
import { savePool, saveCatalogue } from './commands/export.ts';
import { connectSpectrawl, type Spectrawl } from './connect.ts';
import { EXIT } from './terminal/failure.ts';
import { CampaignStandIn } from './testing/campaign-stand-in.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const NODE_ARGUMENTS = ['--conditions=@spectrawl/source', MAIN];

/** How a command ended and what it wrote. */
interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface Started {
  process: ReturnType<typeof spawn>;
  ended: Promise<Ended>;
}

function start(commandLine: readonly string[], input = ''): Started {
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, ...commandLine], {
    env: { ...process.env, SPECTRAWL_ADDRESS: standIn.address },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { process: child, ended };
}

function spectrawl(...commandLine: string[]): Promise<Ended> {
  return start(commandLine).ended;
}

/** Runs a command that fails, in this process: such a command writes nothing to standard output. */
async function failure(...commandLine: string[]): Promise<{ code: number; stderr: string }> {
  const written = new PassThrough();
  const code = await runCli(['--address', standIn.address, ...commandLine], written);
  return { code, stderr: await text(written.end()) };
}

let standIn: CampaignStandIn;
let client: Spectrawl;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  standIn = new CampaignStandIn([4]);
  await standIn.start();
  client = connectSpectrawl(standIn.address);
});
afterEach(async () => {
  client.close();
  await standIn.stop();
});

describe('the command line', () => {
  it('prints its version and, with examples, its help', async () => {
    expect(await spectrawl('--version')).toMatchObject({
      code: EXIT.ok,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const help = await spectrawl('--help');
    expect(help).toMatchObject({ code: EXIT.ok, stderr: '' });
    for (const command of [
      'pools',
      'ingest',
      'labels',
      'campaigns',
      'label',
      'ask',
      'candidates',
      'scores',
      'export',
      'models',
      'oracle',
      'simulate',
    ]) {
      expect(help.stdout).toContain(`  ${command}`);
    }
    expect(help.stdout).toContain('Exit codes: 0 done');
  });

  it.each([
    [['frobnicate'], EXIT.usage, "unknown command 'frobnicate'"],
    [['pools', '--color'], EXIT.usage, "unknown option '--color'"],
    [['ask', 'hunt'], EXIT.usage, "missing required argument 'spectra'"],
    [['label'], EXIT.usage, "missing required argument 'campaign'"],
    [['simulate', '--count', 'many', '--output', 'o', '--truth', 't'], EXIT.usage, 'Give an integer, 1 or more'],
    [['export', 'catalogue', 'hunt', '--format', 'pdf', '--output', 'x'], EXIT.usage, 'Allowed choices are votable'],
    [['oracle', 'hunt', '--truth', 'no-such-file.csv'], EXIT.usage, 'no-such-file.csv'],
    [['scores', 'list', 'hunt', '--snr', '5'], EXIT.usage, 'Give two ends, such as 0.9..'],
    [['scores', 'list', 'hunt', '--cone', '1,2'], EXIT.usage, 'right ascension, declination and radius'],
    [['scores', 'list', 'hunt', '--sort', 'mood'], EXIT.usage, 'Allowed choices are probability'],
    [['scores', 'match', 'hunt', 'no-such.vot', '--name', 'mine'], EXIT.usage, 'no-such.vot'],
    [['label', 'absent'], EXIT.notFound, 'no campaign "absent"'],
    [['campaigns', 'stop', 'hunt'], EXIT.refused, 'the campaign is over'],
    [['candidates', 'hunt'], EXIT.refused, 'the catalogue is not published yet'],
  ])('%j ends with %i', async (commandLine, code, message) => {
    expect(await failure(...commandLine)).toEqual({ code, stderr: expect.stringMatching(/^spectrawl: [^\n]*\n$/) });
    const json = await failure(...commandLine, '--json');
    expect(json.code).toBe(code);
    const { error } = JSON.parse(json.stderr) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ message: expect.stringContaining(message), code });
  });

  it('without a command shows its help as an error', async () => {
    expect(await spectrawl()).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining('Usage: spectrawl') });
    const { code, stderr } = await failure('--json');
    expect(code).toBe(EXIT.usage);
    expect(JSON.parse(stderr)).toEqual({
      error: { message: 'give a command; --help lists them', reason: 'USAGE', code: 2 },
    });
  });

  it('names reasons of refusals, and services that do not answer', async () => {
    const refused = await failure('campaigns', 'stop', 'hunt', '--json');
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { reason: 'CAMPAIGN_OVER' } });
    await standIn.stop();
    const silent = await failure('pools', '--json');
    expect(silent.code).toBe(EXIT.unavailable);
    expect(JSON.parse(silent.stderr)).toMatchObject({ error: { reason: 'UNAVAILABLE', code: 3 } });
    expect((await failure('pools')).stderr).toContain('make run');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 on %s', async (signal) => {
    const watching = start(['campaigns', 'watch', 'hunt', '--json']);
    watching.process.stdout?.once('data', () => watching.process.kill(signal));
    expect(await watching.ended).toMatchObject({ code: EXIT.interrupted });
  });

  it('is at rest when nobody reads on', async () => {
    const { process: child, ended } = start(['--help']);
    child.stdout?.destroy();
    expect((await ended).code).toBe(EXIT.ok);
  });
});

describe('export', () => {
  it('saves a catalogue whole, and replaces one only by force', async () => {
    const file = join(folder, 'made', 'hunt.vot');
    const { code, stdout } = await spectrawl('export', 'catalogue', 'hunt', '--output', file, '--json');
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toEqual({ campaign: 'hunt', format: 'votable', file, bytes: 3 });
    expect(await readFile(file)).toEqual(Buffer.from([1, 2, 3]));
    await writeFile(file, 'mine');
    const refused = await failure('export', 'catalogue', 'hunt', '--output', file);
    expect(refused).toEqual({ code: EXIT.usage, stderr: expect.stringContaining('--force') });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await saveCatalogue(client, 'hunt', 'csv', file, { force: true })).toBe(3);
    expect(await readFile(file)).toEqual(Buffer.from([1, 2, 3]));
    expect(await readdir(join(folder, 'made'))).toEqual(['hunt.vot']);
  });

  it('saves the files of a pool into a folder that is empty, else by force', async () => {
    const target = join(folder, 'pool');
    const { stdout } = await spectrawl('export', 'pool', 'sky', '--output', `${target}/`, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ files: ['manifest.json', 'shards/part-00000.parquet'], bytes: 4 });
    expect(await readFile(join(target, 'shards/part-00000.parquet'))).toEqual(Buffer.from([1, 2, 3]));
    expect((await failure('export', 'pool', 'sky', '--output', target)).code).toBe(EXIT.usage);
    await writeFile(join(target, 'note'), 'mine');
    await savePool(client, 'sky', target, { force: true });
    expect((await readdir(target)).sort()).toEqual(['manifest.json', 'note', 'shards']);
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('saves nothing of a pool whose export ends early or leads out of the folder', async () => {
    const target = join(folder, 'torn');
    await expect(savePool(client, 'torn', target)).rejects.toThrow('in the middle of a file');
    await expect(savePool(client, 'hostile', target)).rejects.toThrow('outside of its folder');
    expect(await readdir(folder)).not.toContain('torn');
    expect(await readdir(folder)).not.toContain('escaped');
  });
});

describe('answering', () => {
  /** The stand-in opens a batch after somebody has looked for it. */
  const openBatch = () => client.labelling.leaseTasks({ campaignId: 'hunt', annotator: { name: 'nobody' } });

  it('works by the oracle, from files of the truth', async () => {
    const truth = join(folder, 'truth.csv');
    await writeFile(truth, 'id,class,kind\nsim-lamost-1-0000000,double-peak,be-star\n');
    const { code, stdout } = await spectrawl('oracle', 'hunt', '--truth', truth, '--json');
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toEqual({ campaign: 'hunt', answers: 4 });
    expect(standIn.log.map(({ decision }) => decision?.answer.case)).toEqual([
      'class',
      'abstention',
      'abstention',
      'abstention',
    ]);
  });

  it('works by keys through a pipe', async () => {
    await openBatch();
    const { code, stdout } = await start(['label', 'hunt', '--annotator', 'ada', '--json'], '12u').ended;
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toEqual({
      campaign: 'hunt',
      annotator: 'ada',
      answered: 3,
      undone: 0,
      answers: { absorption: 1, 'single-peak': 1, unsure: 1 },
    });
  });

  it('is asked of spectra that somebody picked out', async () => {
    await openBatch();
    const [asked] = (await client.labelling.listTasks({ campaignId: 'hunt' })).tasks;
    const { code, stdout } = await spectrawl(
      'ask',
      'hunt',
      'picked',
      asked!.spectrumId,
      '--annotator',
      'ada',
      '--json',
    );
    expect(code).toBe(EXIT.ok);
    expect(JSON.parse(stdout)).toEqual([
      { spectrum: 'picked', outcome: 'asked' },
      { spectrum: asked!.spectrumId, outcome: 'already asked' },
    ]);
  });

  it('works in a terminal, and leaves it as it was', async () => {
    await openBatch();
    const command = [process.execPath, ...NODE_ARGUMENTS, '--address', standIn.address, 'label', 'hunt'];
    const seen = JSON.parse(
      await python(new URL('./testing/press-keys.py', import.meta.url), [
        'task 1=1',
        'task 2=z',
        'task 1=3',
        'task 2=q',
        '--',
        ...command,
      ]),
    ) as {
      code: number;
      text: string;
      sane: boolean;
    };
    expect(seen.code).toBe(EXIT.ok);
    expect(seen.sane).toBe(true);
    expect(seen.text).toContain('\u001b[?1049h');
    expect(seen.text.indexOf('\u001b[?1049l')).toBeLessThan(
      seen.text.indexOf('2 answers stored (0 absorption, 1 double-peak), 1 taken back'),
    );
    expect(standIn.log.map(({ retraction }) => retraction)).toEqual([false, true, false]);
    expect(standIn.released).toHaveLength(3);
  });

  it.each([
    ['Ctrl-C', '\\x03'],
    ['a hang-up', 'hang-up'],
  ])('in a terminal ends cleanly by %s', async (_, key) => {
    await openBatch();
    const command = [process.execPath, ...NODE_ARGUMENTS, '--address', standIn.address, 'label', 'hunt'];
    const seen = JSON.parse(
      await python(new URL('./testing/press-keys.py', import.meta.url), [`task 1=${key}`, '--', ...command]),
    ) as {
      code: number;
      sane: boolean;
    };
    expect(seen.sane).toBe(true);
    expect(seen.code).toBe(key === 'hang-up' ? EXIT.interrupted : EXIT.ok);
    expect(standIn.released).toHaveLength(4);
  });
});
