import { join } from 'node:path';
import { openDatabase } from '@spectrawl/database';
import { BytesSink, spectraTableWriter } from '@spectrawl/pool';
import { simulateSpectrum, type Spectrum } from '@spectrawl/spectra';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newFolder, remove, startIngestion, upload, type IngestionAtWork } from './ingestion-at-work.ts';

interface Placed {
  id: string;
  ra: number | null;
  dec: number | null;
  designation: string | null;
}

/** Where pairs of spectra may go wrong: both poles, right ascension 0, the equator, and far from all of them. */
const CENTRES = [
  { ra: 0, dec: 0 },
  { ra: 359.9999, dec: 35 },
  { ra: 12.5, dec: 89.9999 },
  { ra: 200, dec: -89.9995 },
  { ra: 80.56, dec: -33.7 },
  { ra: 266.4, dec: 61.2 },
];
/** Offsets from a centre, arcseconds east and north. */
const OFFSETS = [
  [0, 0],
  [1.2, -0.4],
  [2.99, 0],
  [0, 3.01],
  [-2, 2],
  [-10, 4],
  [30, -41],
  [70, 0],
] as const;

const wrapped = (ra: number): number => ((ra % 360) + 360) % 360;

const PLACED: Placed[] = CENTRES.flatMap(({ ra, dec }, centre) =>
  OFFSETS.map(([east, north], at) => ({
    id: `centre-${centre}-${at}`,
    ra: wrapped(ra + east / 3600 / Math.max(0.001, Math.cos((dec * Math.PI) / 180))),
    dec: Math.max(-90, Math.min(90, dec + north / 3600)),
    designation: 'the same name',
  })),
);
const NAMED: Placed[] = ['V1500 Cyg', 'V1500 Cyg', 'RS Oph', null].map((designation, at) => ({
  id: `nowhere-${at}`,
  ra: null,
  dec: null,
  designation,
}));
const SKY = [...PLACED, ...NAMED];
const POOL = 'pool-1';

const spectra = SKY.map((_, index) => simulateSpectrum({ survey: 'lamost', seed: 11, index }).spectrum);

async function tableOf(rows: readonly Placed[], of: readonly Spectrum[]): Promise<Uint8Array> {
  const sink = new BytesSink();
  const writer = spectraTableWriter(sink);
  await writer.append({
    id: rows.map(({ id }) => id),
    survey: of.map(({ survey }) => survey),
    medium: of.map(({ medium }) => medium),
    designation: rows.map(({ designation }) => designation),
    obsid: rows.map(() => null),
    ra: rows.map(({ ra }) => ra),
    dec: rows.map(({ dec }) => dec),
    snr: rows.map(() => 20),
    class: rows.map(() => null),
    subclass: rows.map(() => null),
    mjd: rows.map((_, at) => 59_000 + at),
    wavelength: of.map(({ wavelength }) => wavelength),
    flux: of.map(({ flux }) => Float32Array.from(flux)),
  });
  await writer.finish();
  return sink.bytes();
}

/** Separations of every pair of placed spectra in arcseconds, as astropy has them. */
async function astropySeparations(): Promise<number[][]> {
  const program = `
import json, sys
import astropy.units as u
from astropy.coordinates import SkyCoord
rows = json.load(sys.stdin)
sky = SkyCoord([row["ra"] for row in rows] * u.deg, [row["dec"] for row in rows] * u.deg)
print(json.dumps([sky.separation(each).arcsec.tolist() for each in sky]))
`;
  return JSON.parse(await python(program, [], JSON.stringify(PLACED))) as number[][];
}

let folder: string;
let at: IngestionAtWork;
let separations: number[][];
beforeAll(async () => {
  folder = await newFolder();
  // Two shards: epochs of one object lie in both.
  at = await startIngestion(folder, { shardRows: 30 });
  await at.newPool();
  await upload(at, POOL, [{ path: 'sky.parquet', bytes: await tableOf(SKY, spectra) }]);
  separations = await astropySeparations();
});
afterAll(async () => {
  await at.stop();
  await remove(folder);
});

const epochsOf = async (spectrumId: string, radiusArcsec = 0) =>
  await at.ingestion.findEpochs({ poolId: POOL, spectrumId, radiusArcsec });

function expectedOf(of: number, radius: number): string[] {
  return PLACED.map(({ id }, other) => ({ id, other, separation: separations[of]![other]! }))
    .filter(({ other, separation }) => other !== of && separation <= radius)
    .sort((a, b) => a.separation - b.separation)
    .map(({ id }) => id);
}

describe('epochs', () => {
  it.each([0, 3, 12, 60])('within a radius of %d″ are those that astropy finds, nearest first', async (radius) => {
    for (const [of, { id }] of PLACED.entries()) {
      const { epochs, shardsPending } = await epochsOf(id, radius);
      const found = epochs.map(({ spectrumId }) => spectrumId);
      expect(shardsPending).toBe(0);
      expect(new Set(found)).toEqual(new Set(expectedOf(of, radius === 0 ? 3 : radius)));
      for (const { spectrumId, separationArcsec } of epochs) {
        const other = PLACED.findIndex((placed) => placed.id === spectrumId);
        expect(separationArcsec).toBeCloseTo(separations[of]![other]!, 5);
      }
      const distances = epochs.map(({ separationArcsec }) => separationArcsec!);
      expect(distances).toEqual(distances.toSorted((a, b) => a - b));
    }
  });

  it('say what the survey says of them', async () => {
    const { epochs } = await epochsOf('centre-4-0');
    expect(epochs[0]).toMatchObject({ spectrumId: 'centre-4-1', survey: 'lamost', metadata: { snr: 20, mjd: 59_033 } });
  });

  it('of a spectrum without position are those of its designation', async () => {
    const { epochs } = await epochsOf('nowhere-0');
    expect(epochs.map(({ spectrumId, separationArcsec }) => [spectrumId, separationArcsec])).toEqual([
      ['nowhere-1', undefined],
    ]);
    expect((await epochsOf('nowhere-2')).epochs).toEqual([]);
    expect((await epochsOf('nowhere-3')).epochs).toEqual([]);
  });

  it('of nothing, or within impossible radii, are refused', async () => {
    await expect(epochsOf('none')).rejects.toMatchObject({ reason: 'SPECTRUM_NOT_FOUND' });
    await expect(at.ingestion.findEpochs({ poolId: 'none', spectrumId: 'none' })).rejects.toMatchObject({
      reason: 'POOL_NOT_FOUND',
    });
    for (const radius of [-1, 61, Number.NaN]) {
      await expect(epochsOf('centre-0-0', radius)).rejects.toMatchObject({ reason: 'BAD_REQUEST' });
    }
  });

  it('in shards of an earlier release are found once these are indexed', async () => {
    const before = await epochsOf('centre-5-0', 60);
    expect(before.epochs.length).toBeGreaterThan(3);
    await at.stop();
    const server = await openDatabase({ kind: 'pglite', directory: join(folder, 'database') });
    const database = await server.forService<{ sky_positions: object; shards: { positions_indexed: boolean } }>(
      'ingestion',
      new URL('../migrations/', import.meta.url),
    );
    await database.db.deleteFrom('sky_positions').execute();
    await database.db.updateTable('shards').set({ positions_indexed: false }).execute();
    await server.close();
    at = await startIngestion(folder);

    const first = await epochsOf('centre-5-0', 60);
    expect(first.shardsPending).toBe(2);
    let later = first;
    while (later.shardsPending > 0) later = await epochsOf('centre-5-0', 60);
    expect(later.epochs).toEqual(before.epochs);
    expect((await epochsOf('nowhere-0')).epochs).toHaveLength(1);
  });
});
