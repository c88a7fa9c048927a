import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { KnownState, ScoreColumn } from '@spectrawl/contracts';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMPAIGN, openScoredSky, randomNumbers, type ScoredSky } from './scored-sky.ts';

const RADIUS = 20;

interface Place {
  name: string;
  ra: number;
  dec: number;
}

let sky: ScoredSky;
/** Objects near spectra, nearer or farther than the radius, at the poles and over 0 hours, too; and some far from all of them. */
let objects: Place[];
let spectra: { id: string; ra: number; dec: number }[];

beforeAll(async () => {
  sky = await openScoredSky();
  const random = randomNumbers(99);
  spectra = sky.shards
    .flat()
    .flatMap(({ id, ra, dec }) => (ra === undefined || dec === undefined ? [] : [{ id, ra, dec }]));
  objects = spectra
    .filter((_, at) => at % 9 === 0)
    .map(({ ra, dec }, at) => {
      const moved = Math.max(-90, Math.min(90, dec + ((random() - 0.5) * 60) / 3600));
      const stretch = Math.max(0.01, Math.cos((dec * Math.PI) / 180));
      return { name: `object ${at}`, ra: (ra + ((random() - 0.5) * 30) / 3600 / stretch + 360) % 360, dec: moved };
    });
  objects.push(
    { name: 'the pole', ra: 12, dec: 90 },
    { name: 'zero', ra: 0, dec: 0.0001 },
    { name: 'far', ra: 200, dec: -45.4321 },
  );
});
afterAll(() => sky.close());

const csv = (rows: readonly Place[]): Buffer =>
  Buffer.from(['name,ra,dec', ...rows.map(({ name, ra, dec }) => `${name},${ra},${dec}`)].join('\n'));

async function judged(): Promise<{ matches: ([string, number] | null)[]; known: string[] }> {
  const input = JSON.stringify({ objects, spectra, radius: RADIUS });
  return JSON.parse(await python(new URL('./match_catalogue.py', import.meta.url), [], input)) as never;
}

describe('a catalogue compared with what was scored', () => {
  it('is matched as astropy matches it, each row and each spectrum', async () => {
    const { matches, known } = await judged();
    const found = await sky.match(csv(objects), { radius: RADIUS });
    const matched = matches.filter((match) => match !== null).length;
    expect(found).toMatchObject({
      rows: objects.length,
      matched,
      unmatched: objects.length - matched,
      rejected: 0,
      known_spectra: known.length,
      columns: ['ra', 'dec', 'name'],
    });
    expect(matched).toBeGreaterThan(300);

    const rows = await sky.matches.list(CAMPAIGN, 'mine', undefined, { size: 1000, after: undefined });
    expect(rows.map(({ row, name, spectrumId }) => [row, name, spectrumId])).toEqual(
      objects.map(({ name }, at) => [at + 1, name, matches[at]?.[0] ?? null]),
    );
    const rounded = (angle: number | null | undefined): string | undefined => angle?.toFixed(5);
    expect(rows.map(({ separation }) => rounded(separation))).toEqual(matches.map((match) => rounded(match?.[1])));
    const unmatched = await sky.matches.list(CAMPAIGN, 'mine', false, { size: 1000, after: undefined });
    expect(unmatched).toHaveLength(objects.length - matched);

    const filter = { crossMatch: 'mine', known: KnownState.KNOWN };
    const page = await sky.page({ filter, order: { column: ScoreColumn.SEPARATION, ascending: true }, size: 1000 });
    expect(page.total).toBe(known.length);
    expect(page.rows.map(({ id }) => id).toSorted()).toEqual(known);
    const separations = page.rows.map((row) => row.known!.separation);
    expect(separations).toEqual(separations.toSorted((a, b) => a - b));
    const fresh = await sky.page({ filter: { crossMatch: 'mine', known: KnownState.NEW }, size: 10 });
    expect(fresh.total).toBe(sky.shards.flat().length - known.length);
    expect(fresh.rows.every((row) => row.known === null)).toBe(true);
    const both = await sky.page({
      filter: { crossMatch: 'mine' },
      size: 1000,
      order: { column: ScoreColumn.SEPARATION, ascending: true },
    });
    expect(both.total).toBe(sky.shards.flat().length);
    expect(both.rows.slice(0, known.length)).toEqual(page.rows);
  });

  describe('as astropy and TOPCAT save it', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'spectrawl-catalogues-'));
      await python(new URL('./write_catalogue.py', import.meta.url), [folder], JSON.stringify(objects));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const columns = { raColumn: 'alpha', decColumn: 'delta', nameColumn: 'obj' };
    it.each([
      ['catalogue.csv', columns],
      ['catalogue.fits', columns],
      ['catalogue.fits gzipped', columns],
      ['tabledata.vot', {}],
      ['binary.vot', {}],
      ['binary2.vot', {}],
    ])('is the same as %s', async (file, named) => {
      const bytes = await readFile(join(folder, file.split(' ')[0]!));
      const sent = file.endsWith('gzipped') ? gzipSync(bytes) : bytes;
      const found = await sky.match(sent, { name: 'other', radius: RADIUS, ...named });
      expect(found.columns).toEqual(['alpha', 'delta', 'obj']);
      const rowsOf = (name: string) => sky.matches.list(CAMPAIGN, name, undefined, { size: 1000, after: undefined });
      expect(await rowsOf('other')).toEqual(await rowsOf('mine'));
    });
  });

  it('loses no row: what has no position is counted, and said', async () => {
    const text = [
      '# made by hand',
      'Name;RAJ2000;DEJ2000',
      'first;00 00 12.5;-00 30 00',
      'second;12:34:56.7;+89:59:59.9',
      'third;;1',
      'fourth;10;95',
      'fifth;twelve;1',
      'sixth;359.99;-90',
    ].join('\n');
    const found = await sky.match(Buffer.from(text), { name: 'by-hand' });
    expect(found).toMatchObject({ rows: 6, rejected: 3 });
    expect(found.matched + found.unmatched).toBe(3);
    expect(found.problems).toEqual([
      'row 3: RAJ2000 is missing',
      'row 4: DEJ2000 is "95", which is no declination',
      'row 5: RAJ2000 is "twelve", which is no right ascension',
    ]);
    const rows = await sky.matches.list(CAMPAIGN, 'by-hand', undefined, { size: 10, after: undefined });
    expect(rows.map(({ row, ra, dec }) => [row, ra, dec])).toEqual([
      [1, expect.closeTo(12.5 / 240, 12), -0.5],
      [2, expect.closeTo(188.73625, 9), expect.closeTo(89.99997222, 7)],
      [6, 359.99, -90],
    ]);
  });

  it.each([
    [
      'no position',
      'a,b\n1,2',
      'BAD_CATALOGUE',
      'right ascension (by its UCD, or a name such as ra): name one of a, b',
    ],
    ['a picture of a page', '<html><body>404</body></html>', 'BAD_CATALOGUE', 'the error page of a server'],
    ['a row that is cut', 'ra,dec\n1,2\n3', 'BAD_CATALOGUE', 'line 3'],
    [
      'a VOTable that is cut',
      '<VOTABLE><TABLE><FIELD name="ra" datatype="double"/>',
      'BAD_CATALOGUE',
      'ends too early',
    ],
    ['nothing', '', 'BAD_REQUEST', 'is empty'],
  ])('is refused with %s', async (_, text, reason, message) => {
    await expect(sky.match(Buffer.from(text), { name: 'wrong' })).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(message) as string,
    });
  });

  it.each([
    [{ name: 'No' }, 'BAD_REQUEST', 'name is "No"'],
    [{ radius: 61 }, 'BAD_REQUEST', 'radius is 61'],
    [{ raColumn: 'alpha' }, 'BAD_CATALOGUE', 'no column "alpha", only: name, ra, dec'],
    [{ campaignId: 'none' }, 'SCORING_RUN_NOT_FOUND', 'none'],
  ])('is refused with %j', async (catalogue, reason, message) => {
    await expect(sky.match(csv(objects.slice(0, 3)), catalogue)).rejects.toMatchObject({
      reason,
      message: expect.stringContaining(message) as string,
    });
  });

  it('leaves nothing on the disk', async () => {
    expect((await readdir(sky.scratch)).map((name) => name.replace(/-[^-]*$/, ''))).toEqual(['spectrawl-queries']);
  });
});
