import { gzipSync } from 'node:zlib';
import { simulatedFits, simulateSpectrum, type Spectrum } from '@spectrawl/spectra';
import type { SentFile } from './ingestion-at-work.ts';

/** Pixels on either side of Hα in a simulated spectrum that the features need. */
const AROUND_LINE = { from: 6519, to: 6732 };

const simulated = (index: number, survey: 'lamost' | 'ondrejov' = 'lamost'): Spectrum =>
  simulateSpectrum({ survey, seed: 3, index }).spectrum;

const withFlux = (spectrum: Spectrum, change: (flux: number, wavelength: number) => number): Uint8Array =>
  simulatedFits({ ...spectrum, flux: spectrum.flux.map((flux, i) => change(flux, spectrum.wavelength[i]!)) });

const inLine = (wavelength: number) => wavelength > AROUND_LINE.from && wavelength < AROUND_LINE.to;

/** A good file and files that were spoiled in every way, each with the reason under which it must be quarantined. */
export function spoiledFiles(): { file: SentFile; reason: string }[] {
  const good = simulatedFits(simulated(0));
  const damaged = gzipSync(good);
  damaged.fill(0x55, damaged.length >> 1, (damaged.length >> 1) + 64);
  const ondrejov = simulated(1, 'ondrejov');
  const blue = ondrejov.wavelength.findIndex((wavelength) => wavelength > 6600);
  const short = {
    ...ondrejov,
    wavelength: ondrejov.wavelength.slice(0, blue),
    flux: ondrejov.flux.slice(0, blue),
  };
  const spoiled: [path: string, bytes: Uint8Array, reason: string][] = [
    ['spoiled/truncated.fits', good.subarray(0, good.length - 2880), 'truncated'],
    ['spoiled/damaged.fits.gz', damaged, 'corrupt'],
    ['spoiled/notes.txt', Buffer.from('seeing 2.1, clouds after midnight\n'), 'not-fits'],
    ['spoiled/empty.fits', new Uint8Array(), 'not-fits'],
    ['spoiled/nan.fits', withFlux(simulated(2), (flux, at) => (inLine(at) ? NaN : flux)), 'nan-flux'],
    ['spoiled/flat.fits', withFlux(simulated(3), () => 7), 'flat-flux'],
    ['spoiled/blue.fits', simulatedFits(short), 'coverage-too-short'],
    ['spoiled/table.parquet', Buffer.from('no table at all'), 'not-parquet'],
    ['spoiled/cut.parquet', Buffer.from('PAR1 and then nothing'), 'not-parquet'],
    ['spoiled/new\nline.fits', simulatedFits(simulated(4)), 'bad-id'],
  ];
  return spoiled.map(([path, bytes, reason]) => ({ file: { path, bytes }, reason }));
}

/** A good file of a simulated star. */
export const goodFile = (index: number, path = `good/${simulated(index).id}.fits`): SentFile => ({
  path,
  bytes: simulatedFits(simulated(index)),
});
