import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCampaignSpec } from './campaign-spec.ts';
import { readLabelFile } from './label-file.ts';
import { UsageError } from './terminal/failure.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-files-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function fileOf(text: string): Promise<string> {
  const path = join(folder, 'file');
  await writeFile(path, text);
  return path;
}

async function refusal(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

describe('a file of labels', () => {
  it('is read by its header, with a byte order mark, quotes, spaces and empty lines', async () => {
    const text = '\ufeffid,ra,class\r\na,1,absorption\r\n\r\n"b,2", 2 , double-peak\r\na,1,absorption\r\n';
    expect([...(await readLabelFile(await fileOf(text)))]).toEqual([
      ['a', 'absorption'],
      ['b,2', 'double-peak'],
    ]);
  });

  it('may name its columns otherwise', async () => {
    const path = await fileOf('obsid,type\n7,single-peak\n');
    expect([...(await readLabelFile(path, { id: 'obsid', class: 'type' }))]).toEqual([['7', 'single-peak']]);
    expect(await refusal(readLabelFile(path))).toContain('needs the columns "id" and "class"');
  });

  it('is refused with file and line', async () => {
    const empty = await fileOf('id,class\na,\n');
    expect(await refusal(readLabelFile(empty))).toBe(`${empty}, line 2: an id or a class is empty`);
    const torn = await fileOf('id,class\na,absorption\na,double-peak\n');
    expect(await refusal(readLabelFile(torn))).toBe(
      `${torn}, line 3: "a" was absorption before, and is double-peak here`,
    );
    expect(await refusal(readLabelFile(await fileOf('id,class\na,b,c\n')))).toContain('line 2');
    expect(await refusal(readLabelFile(join(folder, 'missing')))).toContain('ENOENT');
  });
});

describe("a campaign's spec", () => {
  it('gives what it names and leaves the rest open', async () => {
    const path = await fileOf('pool: sky\nseedPools: [seed]\nmethod:\n  query: { size: 20 }\n');
    expect(await readCampaignSpec(path)).toEqual({ pool: 'sky', seedPools: ['seed'], method: { query: { size: 20 } } });
  });

  it.each([
    ['pol: sky', 'pol: the keys are pool, seedPools'],
    ['pool: [a]', 'pool has to be the name of a pool'],
    ['seedPools: a', 'seedPools has to be a list'],
    ['seed: 1.5', 'seed has to be an integer'],
    ['preset: 3', 'preset has to be the name of a preset'],
    ['method: []', 'method has to be a mapping'],
    ['- a', 'is a mapping with the keys'],
    ['', 'is a mapping with the keys'],
    ['pool: "', 'Missing closing'],
  ])('%j is refused: %s', async (text, message) => {
    const path = await fileOf(text);
    expect(await refusal(readCampaignSpec(path))).toContain(message);
    expect(await refusal(readCampaignSpec(path))).toContain(path);
  });
});
