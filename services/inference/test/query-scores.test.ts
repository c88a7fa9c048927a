import { readdir } from 'node:fs/promises';
import { KnownState, ScoreColumn } from '@spectrawl/contracts';
import { CLASSES } from '@spectrawl/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScoredSky, type ScoredSky, type SkySpectrum } from './scored-sky.ts';

const RADIANS = Math.PI / 180;
const emission = ({ probabilities }: SkySpectrum): number => Math.fround(1 - probabilities[0]!);
const predicted = ({ probabilities }: SkySpectrum): string =>
  CLASSES[probabilities.indexOf(Math.max(...probabilities))]!;

/** The angle between two directions, degrees, by the vectors' cross and dot products. */
function angle(a: { ra: number; dec: number }, b: { ra: number; dec: number }): number {
  const point = ({ ra, dec }: { ra: number; dec: number }) => [
    Math.cos(dec * RADIANS) * Math.cos(ra * RADIANS),
    Math.cos(dec * RADIANS) * Math.sin(ra * RADIANS),
    Math.sin(dec * RADIANS),
  ];
  const [[a1, a2, a3], [b1, b2, b3]] = [point(a) as [number, number, number], point(b) as [number, number, number]];
  const cross = Math.hypot(a2 * b3 - a3 * b2, a3 * b1 - a1 * b3, a1 * b2 - a2 * b1);
  return Math.atan2(cross, a1 * b1 + a2 * b2 + a3 * b3) / RADIANS;
}

/** Every row of the pool that fits, sorted as asked: what the service has to answer, the plain way. */
function sorted(
  sky: ScoredSky,
  fits: (spectrum: SkySpectrum) => boolean,
  value: (spectrum: SkySpectrum) => number | string | undefined,
  ascending: boolean,
): string[] {
  const rows = sky.shards.flatMap((spectra, shard) => spectra.map((spectrum, row) => ({ spectrum, shard, row })));
  return rows
    .filter(({ spectrum }) => fits(spectrum))
    .toSorted((a, b) => {
      const [x, y] = [value(a.spectrum), value(b.spectrum)];
      if (x === undefined || y === undefined) {
        if (x !== y) return x === undefined ? 1 : -1;
      } else if (x !== y) return x < y === ascending ? -1 : 1;
      return a.shard - b.shard || a.row - b.row;
    })
    .map(({ spectrum }) => spectrum.id);
}

/** What can be sorted by, and what that is of a spectrum. */
const COLUMNS: {
  name: string;
  column: ScoreColumn;
  value: (spectrum: SkySpectrum) => number | string | undefined;
  class?: string;
}[] = [
  { name: 'probability', column: ScoreColumn.EMISSION_PROBABILITY, value: emission },
  { name: 'uncertainty', column: ScoreColumn.UNCERTAINTY, value: ({ uncertainty }) => uncertainty },
  { name: 'S/N', column: ScoreColumn.SNR, value: ({ snr }) => snr },
  { name: 'right ascension', column: ScoreColumn.RA, value: ({ ra }) => ra },
  { name: 'declination', column: ScoreColumn.DEC, value: ({ dec }) => dec },
  { name: 'id', column: ScoreColumn.SPECTRUM_ID, value: ({ id }) => id },
  { name: 'designation', column: ScoreColumn.DESIGNATION, value: ({ designation }) => designation },
  {
    name: 'probability of a class',
    column: ScoreColumn.CLASS_PROBABILITY,
    value: ({ probabilities }) => probabilities[2],
    class: CLASSES[2]!,
  },
];

describe.each([
  ['in place', true],
  ['in copies of what a bucket holds', false],
])('scores searched %s', (_, inPlace) => {
  let sky: ScoredSky;
  beforeAll(async () => {
    sky = await openScoredSky({ inPlace });
  });
  afterAll(() => sky.close());

  const ids = (page: { rows: { id: string }[] }): string[] => page.rows.map(({ id }) => id);

  it.each(COLUMNS.flatMap((by) => [true, false].map((ascending) => ({ ...by, ascending }))))(
    'are sorted by $name (ascending: $ascending), page after page, each row once',
    async ({ name: _name, value, ...order }) => {
      const filter = { uncertainty: { least: 0.5 } };
      const expected = sorted(sky, ({ uncertainty }) => uncertainty >= 0.5, value, order.ascending);
      const found: string[] = [];
      let pageToken = '';
      do {
        const page = await sky.page({ filter, order, size: 700, pageToken });
        expect(page.total).toBe(expected.length);
        found.push(...ids(page));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(found).toEqual(expected);
      const jump = await sky.page({ filter, order, size: 20, skip: 1234 });
      expect(ids(jump)).toEqual(expected.slice(1234, 1254));
      const after = await sky.page({ filter, order, size: 20, pageToken: jump.nextPageToken });
      expect(ids(after)).toEqual(expected.slice(1254, 1274));
    },
  );

  it('come with all that the network and the survey say', async () => {
    const page = await sky.page({ filter: { prefix: 'spec-0-00042' } });
    const spectrum = sky.shards[0]![42]!;
    expect(page.rows).toEqual([
      {
        id: spectrum.id,
        class: predicted(spectrum),
        emission: emission(spectrum),
        probabilities: spectrum.probabilities,
        uncertainty: spectrum.uncertainty,
        labelled: spectrum.labelled,
        designation: spectrum.designation ?? null,
        ra: spectrum.ra ?? null,
        dec: spectrum.dec ?? null,
        snr: spectrum.snr ?? null,
        known: null,
      },
    ]);
    expect(page.pool).toMatchObject({ poolId: 'sky-pool', classes: CLASSES });
  });

  it('are filtered by everything at once', async () => {
    const filter = {
      classes: CLASSES.slice(1),
      emissionProbability: { least: 0.3, most: 0.9 },
      snr: { least: 10 },
      labelled: false,
      exceptSpectrumIds: sky.shards[0]!.slice(0, 1000).map(({ id }) => id),
    };
    const excepted = new Set(filter.exceptSpectrumIds);
    const expected = sorted(
      sky,
      (it) =>
        filter.classes.includes(predicted(it)) &&
        emission(it) >= Math.fround(0.3) &&
        emission(it) <= Math.fround(0.9) &&
        (it.snr ?? 0) >= 10 &&
        !it.labelled &&
        !excepted.has(it.id),
      emission,
      false,
    );
    const page = await sky.page({ filter, size: 1000 });
    expect(expected.length).toBeGreaterThan(50);
    expect(ids(page)).toEqual(expected.slice(0, 1000));
    expect(page.total).toBe(expected.length);
  });

  it('are found by ids, and by what a designation begins with', async () => {
    const wanted = [sky.shards[2]![7]!.id, sky.shards[1]![0]!.id, "'; DROP TABLE x"];
    const page = await sky.page({
      filter: { spectrumIds: wanted },
      order: { column: ScoreColumn.SPECTRUM_ID, ascending: true },
    });
    expect(ids(page)).toEqual([wanted[1], wanted[0]]);
    const prefix = sky.shards[0]!.find(({ designation }) => designation !== undefined)!.designation!.slice(0, 3);
    const byName = await sky.page({ filter: { prefix }, size: 1000 });
    const expected = sorted(sky, ({ designation }) => designation?.startsWith(prefix) ?? false, emission, false);
    expect(ids(byName)).toEqual(expected);
  });

  it('are found in circles on the sky: at the poles, over 0 hours, anywhere', async () => {
    const places = fc.record({
      ra: fc.oneof(fc.constantFrom(0, 0.001, 359.999, 180), fc.double({ min: 0, max: 360, noNaN: true })),
      dec: fc.oneof(fc.constantFrom(90, -90, 89.9, -89.99, 0), fc.double({ min: -90, max: 90, noNaN: true })),
      radius: fc.constantFrom(0.01, 0.5, 3, 40, 179),
    });
    await fc.assert(
      fc.asyncProperty(places, async (cone) => {
        const expected = sorted(
          sky,
          ({ ra, dec }) => ra !== undefined && dec !== undefined && angle({ ra, dec }, cone) <= cone.radius,
          emission,
          false,
        );
        const page = await sky.page({ filter: { cone }, size: 1 });
        expect(page.total).toBe(expected.length);
        expect(ids(page)).toEqual(expected.slice(0, 1));
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  it('leaves nothing but copies on the disk', async () => {
    const left = await readdir(sky.scratch);
    expect(left.map((name) => name.replace(/-[^-]*$/, '')).toSorted()).toEqual(
      inPlace ? ['spectrawl-queries'] : ['objects', 'spectrawl-queries'],
    );
  });
});

describe('a question that cannot be answered', () => {
  let sky: ScoredSky;
  beforeAll(async () => {
    sky = await openScoredSky({ rows: [20] });
  });
  afterAll(() => sky.close());

  it.each([
    ['SCORING_RUN_NOT_FOUND', { campaignId: 'none' }, 'no iteration of campaign "none"'],
    ['SCORING_RUN_UNFINISHED', { iteration: 1 }, 'has 1 of 1 shards'],
    ['UNKNOWN_CLASS', { filter: { classes: ['triple-peak'] } }, 'absorption, single-peak, double-peak'],
    ['UNKNOWN_CLASS', { order: { column: ScoreColumn.CLASS_PROBABILITY } }, '"" is no class'],
    ['CROSS_MATCH_NOT_FOUND', { filter: { crossMatch: 'none' } }, 'no cross-match "none"'],
    ['BAD_REQUEST', { filter: { known: KnownState.NEW } }, 'needs filter.cross_match'],
    ['BAD_REQUEST', { filter: { cone: { ra: 0, dec: 91, radius: 1 } } }, 'filter.cone.dec is 91'],
    ['BAD_REQUEST', { filter: { cone: { ra: 0, dec: 0, radius: NaN } } }, 'filter.cone.radius is NaN'],
    ['BAD_REQUEST', { filter: { snr: { least: NaN } } }, 'filter.snr is NaN'],
    ['BAD_REQUEST', { order: { column: ScoreColumn.SEPARATION } }, 'needs filter.cross_match'],
    ['BAD_PAGE_TOKEN', { pageToken: 'x' }, 'another question'],
  ])('is refused with %s: %j', async (reason, request, message) => {
    await expect(sky.page(request)).rejects.toMatchObject({ reason, message: expect.stringContaining(message) });
  });

  it('is refused where the token belongs to another filter', async () => {
    const { nextPageToken: pageToken } = await sky.page({ size: 5 });
    await expect(sky.page({ filter: { labelled: false }, pageToken })).rejects.toMatchObject({
      reason: 'BAD_PAGE_TOKEN',
    });
    await expect(sky.page({ pageToken, skip: 3 })).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
  });
});

describe('copies of objects', () => {
  it('are few: those that are used least recently go first, and come again when they are needed', async () => {
    const sky = await openScoredSky({ inPlace: false, copies: 0 });
    try {
      const first = await sky.page();
      const [folder] = (await readdir(sky.scratch)).filter((name) => name.startsWith('objects-'));
      expect(await readdir(`${sky.scratch}/${folder}`)).toEqual([]);
      expect((await sky.page()).rows).toEqual(first.rows);
    } finally {
      await sky.close();
    }
  });
});
