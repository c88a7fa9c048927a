import { python } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { loadSpectra } from '../load-spectra.ts';
import { extractFeatures } from '../preprocessing.ts';
import { simulatedFits } from './fits-file.ts';
import { OBJECT_KINDS } from './object-kinds.ts';
import { SIMULATED_SURVEYS, simulateSpectrum } from './survey.ts';
import { LINE_SHAPES } from './truth.ts';

/** What astropy reads of a file, complaints and wrong checksums being errors. */
const ASTROPY = `
import io, json, sys, warnings
from astropy.io import fits
warnings.simplefilter("error")
with fits.open(io.BytesIO(sys.stdin.buffer.read()), checksum=True) as hdus:
    hdus.verify("exception")
    last = hdus[-1]
    if last.is_image:
        pixels = last.data[0]
    else:
        pixels = last.data["flux"].ravel()
    header = hdus[0].header + last.header
    print(json.dumps([[float(value) for value in pixels], header["RA"], header["DEC"]]))
`;

describe('a simulated file', () => {
  it.each(SIMULATED_SURVEYS)('of %s is read by its loader as the spectrum it was made from', (survey) => {
    for (let index = 0; index < 20; index++) {
      const { spectrum } = simulateSpectrum({ survey, seed: 1, index });
      const [loaded] = loadSpectra(simulatedFits(spectrum), { path: `${spectrum.id}.fits` });
      expect(loaded).toEqual(spectrum);
    }
  });

  it('of LAMOST DR8 and later gives the same features to the precision of its wavelengths', () => {
    const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: 1, index: 4 });
    const bytes = simulatedFits(spectrum, 'dr8-table');
    const [loaded] = loadSpectra(bytes, { path: `${spectrum.id}.fits`, survey: 'lamost-table' });
    const expected = extractFeatures(spectrum);
    extractFeatures(loaded!).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 3));
    expect(loaded!.metadata).toEqual(spectrum.metadata);
  });

  it.each([
    ['ondrejov', 'dr1-image'],
    ['lamost', 'dr1-image'],
    ['lamost', 'dr8-table'],
  ] as const)('of %s (%s) is sound to astropy', async (survey, layout) => {
    const { spectrum } = simulateSpectrum({ survey, seed: 1, index: 8 });
    const read = JSON.parse(await python(ASTROPY, [], simulatedFits(spectrum, layout))) as [number[], number, number];
    expect(read).toEqual([[...spectrum.flux], spectrum.metadata.ra, spectrum.metadata.dec]);
  });

  it('says that it is simulated, and nothing about its truth', () => {
    const population = { abundances: { 'cataclysmic-variable': 1 } };
    for (const survey of SIMULATED_SURVEYS) {
      const { spectrum } = simulateSpectrum({ survey, seed: 1, index: 3, population });
      for (const layout of ['dr1-image', 'dr8-table'] as const) {
        const text = Buffer.from(simulatedFits(spectrum, layout)).toString('latin1').toLowerCase();
        expect(text).toContain('simulated: no such object was observed');
        for (const word of [...OBJECT_KINDS, ...LINE_SHAPES]) expect(text).not.toContain(word);
      }
    }
  });

  it('is made of simulated surveys only', () => {
    const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: 1, index: 8 });
    expect(() => simulatedFits({ ...spectrum, survey: 'sdss' })).toThrow('spectra of sdss are not simulated');
  });
});
