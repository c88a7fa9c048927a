import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { repositoryRoot } from '@spectrawl/testing';
import { describe, expect, test } from 'vitest';
import type { Card } from './fits/card.ts';
import { readFits } from './fits/read.ts';
import { writeFits } from './fits/write.ts';
import type { FitsHduInput } from './fits/write.ts';
import { LOADERS, loadSpectra, spectrumId, surveyChoices } from './load-spectra.ts';
import type { Spectrum } from './spectrum.ts';

const bundled = (path: string) => readFileSync(`${repositoryRoot}libs/testing/data/real-spectra/${path}`);
const loadOne = (path: string): Spectrum => loadSpectra(bundled(path), { path })[0]!;
const load = (hdus: readonly FitsHduInput[], survey = 'auto') =>
  loadSpectra(writeFits(hdus), { path: 'made.fits', survey });
const refusal = (reason: string, where: object = {}) =>
  expect.objectContaining({ name: 'UnusableInput', reason, where: { file: 'made.fits', ...where } });

describe('bundled files: what their headers say', () => {
  test('LAMOST DR1: row 2 is not the wavelength', () => {
    const path = 'lamost-dr1/spec-55959-GAC_094N27_V3_sp16-125.fits';
    const spectrum = loadOne(path);
    expect(spectrum).toMatchObject({
      id: 'spec-55959-GAC_094N27_V3_sp16-125',
      survey: 'lamost',
      medium: 'vacuum',
      metadata: { class: 'STAR', subclass: 'A3IV', plate: 'GAC_094N27_V3', night: 55959, spectrograph: 16, fiber: 125 },
    });
    const { header } = readFits(bundled(path)).hdus[0];
    expect(spectrum.wavelength[0]).toBe(10 ** header.number('COEFF0')!);
    expect(spectrum.wavelength[100]! / spectrum.wavelength[99]!).toBeCloseTo(10 ** 1e-4, 10);
  });

  test('LAMOST DR2 and DR8 images: row 2 is the wavelength', () => {
    for (const path of [
      'lamost-dr2/spec-56257-GAC089N38V2_sp01-004.fits',
      'lamost-dr1-plates/spec-55859-F5902_sp03-232.fits.gz',
    ]) {
      const image = readFits(bundled(path)).hdus[0];
      if (image.kind !== 'image') throw new Error('no image');
      const width = image.axes[0]!;
      expect(Array.from(loadOne(path).wavelength)).toEqual([...image.values(2 * width, 3 * width)]);
    }
    expect(loadOne('lamost-dr1-plates/spec-55859-F5902_sp03-232.fits.gz').metadata).toMatchObject({
      designation: 'LAMOST J220338.26-001028.9',
      obsid: '103232',
      ra: 330.909453,
      dec: -0.17471,
      snr: 118.57,
      redshift: 0.00003402,
      release: 'LAMOST DR8',
    });
    expect(loadOne('lamost-dr2/spec-55919-B5591903_sp01-001.fits').metadata).toMatchObject({
      class: 'Unknown',
      subclass: null,
      redshift: null,
      fiber: 1,
    });
  });

  test('LAMOST DR10: arrays in the cells of one row', () => {
    const spectrum = loadOne('lamost-dr10/spec-59614-GAC084N35B4_sp05-052.fits.gz');
    expect(spectrum).toMatchObject({ survey: 'lamost', metadata: { release: 'LAMOST DR10', subclass: 'A5' } });
    expect(spectrum.uncertainty).toHaveLength(spectrum.flux.length);
    expect(spectrum.mask).toHaveLength(spectrum.flux.length);
  });

  test('Ondřejov: air', () => {
    expect(loadOne('ondrejov/a201402030013.fits')).toMatchObject({
      id: 'a201402030013',
      survey: 'ondrejov',
      medium: 'air',
      wavelength: { length: 1953 },
      metadata: { objectName: 'HD 34452', ra: 79.75011250224104, dec: 33.74838889149115, mjd: 56691.723101852 },
    });
  });

  test('SDSS: the pipeline’s answers from the second table', () => {
    expect(loadOne('sdss/spec-0618-52049-0372.fits.gz')).toMatchObject({
      id: 'spec-0618-52049-0372',
      survey: 'sdss',
      medium: 'vacuum',
      metadata: { obsid: '695908431386667008', class: 'STAR', subclass: 'M1', plate: '618', night: 52049, fiber: 372 },
    });
  });

  test('Indo-US: air, positions in hours and degrees', () => {
    const spectrum = loadOne('indo-us/A0V__153808.fits.gz');
    expect(spectrum).toMatchObject({
      survey: 'indo-us',
      medium: 'air',
      metadata: { designation: 'HD 153808', subclass: 'A0V' },
    });
    expect(spectrum.wavelength[1]).toBeCloseTo(3465.4, 9);
    // 17h 00m 17.37s, +30° 55' 35.1"
    expect(spectrum.metadata.ra).toBeCloseTo(255.072375, 9);
    expect(spectrum.metadata.dec).toBeCloseTo(30.92641667, 8);
  });
});

describe('plain images', () => {
  const FLUX = [1, 2, 3, 4];
  const image = (
    cards: Readonly<Record<string, string | number | boolean>>,
    data: readonly number[] = FLUX,
  ): FitsHduInput => ({
    kind: 'image',
    header: Object.entries(cards).map(([keyword, value]): Card => ({ keyword, value })),
    bitpix: -64,
    axes: [data.length],
    data,
  });
  const wavelengths = (cards: Readonly<Record<string, string | number | boolean>>) => [
    ...load([image(cards)])[0]!.wavelength,
  ];

  test('the scale begins at pixel CRPIX1', () => {
    expect(wavelengths({ CRVAL1: 6500, CDELT1: 2 })).toEqual([6500, 6502, 6504, 6506]);
    expect(wavelengths({ CRVAL1: 6500, CDELT1: 2, CRPIX1: 3 })).toEqual([6496, 6498, 6500, 6502]);
    expect(wavelengths({ CRVAL1: 6500, CD1_1: 2, CDELT1: 1, CRPIX1: 0.5 })).toEqual([6501, 6503, 6505, 6507]);
  });

  test('units are respected, and told from the size of the number where none is given', () => {
    expect(wavelengths({ CRVAL1: 650, CDELT1: 1, CUNIT1: 'nm' })).toEqual([6500, 6510, 6520, 6530]);
    expect(wavelengths({ CRVAL1: 650, CDELT1: 1 })).toEqual([6500, 6510, 6520, 6530]);
    expect(wavelengths({ CRVAL1: 0.65, CDELT1: 0.001 })[0]).toBeCloseTo(6500, 9);
    expect(() => wavelengths({ CRVAL1: 650, CDELT1: 1, CUNIT1: 'Hz' })).toThrowError(
      refusal('bad-wavelength', { hdu: 0 }),
    );
  });

  test('logarithmic scales', () => {
    expect(wavelengths({ CRVAL1: 3.8, CD1_1: 0.001, 'DC-FLAG': 1 })[3]).toBeCloseTo(10 ** 3.803, 9);
    expect(wavelengths({ CRVAL1: 6500, CDELT1: 65, CTYPE1: 'WAVE-LOG' })[2]).toBeCloseTo(6500 * Math.exp(0.02), 9);
    expect(() => wavelengths({ CRVAL1: 1, CDELT1: 1, CTYPE1: 'MULTISPE' })).toThrowError(
      refusal('unknown-format', { hdu: 0 }),
    );
  });

  test.each([
    [{}, 'air'],
    [{ AIRORVAC: 'vac' }, 'vacuum'],
    [{ AIRORVAC: 'air', CTYPE1: 'WAVE' }, 'air'],
    [{ CTYPE1: 'WAVE' }, 'vacuum'],
    [{ CTYPE1: 'AWAV' }, 'air'],
    [{ CTYPE1: 'Wavelength' }, 'air'],
    [{ VACUUM: true }, 'vacuum'],
  ] as const)('%o is %s', (cards, medium) => {
    expect(load([image({ CRVAL1: 6500, CDELT1: 1, ...cards })])[0]!.medium).toBe(medium);
  });

  test('BeSS is known by its keywords, and may lie in an extension', () => {
    const bess = image({
      CRVAL1: 6500,
      CDELT1: 1,
      CTYPE1: 'Wavelength',
      CUNIT1: 'Angstrom',
      OBJNAME: 'gam Cas',
      BSS_VHEL: 0,
    });
    expect(load([{ kind: 'image', bitpix: 8, axes: [], data: [] }, bess])[0]).toMatchObject({
      survey: 'bess',
      medium: 'air',
      metadata: { objectName: 'gam Cas' },
    });
  });

  test('descending wavelengths are turned round, flux with them', () => {
    const [spectrum] = load([image({ CRVAL1: 6600, CDELT1: -1 })]);
    expect([...spectrum!.wavelength]).toEqual([6597, 6598, 6599, 6600]);
    expect([...spectrum!.flux]).toEqual([4, 3, 2, 1]);
  });

  test('a scale that stands still or is negative', () => {
    expect(() => wavelengths({ CRVAL1: 6500, CDELT1: 0 })).toThrowError(refusal('bad-wavelength', { hdu: 0 }));
    expect(() => wavelengths({ CRVAL1: -5, CDELT1: 1 })).toThrowError(refusal('bad-wavelength', { hdu: 0 }));
  });

  test('flux that is nowhere a number', () => {
    const header = { CRVAL1: 6500, CDELT1: 1 };
    expect(() => load([image(header, [NaN, NaN])])).toThrowError(refusal('nan-flux', { hdu: 0 }));
    expect(() => load([image(header, [])])).toThrowError(refusal('no-flux', { hdu: 0 }));
  });
});

describe('tables', () => {
  const lamost: FitsHduInput = {
    kind: 'image',
    header: [{ keyword: 'TELESCOP', value: 'LAMOST' }],
    bitpix: 8,
    axes: [],
    data: [],
  };

  test('every row of a LAMOST table is a spectrum', () => {
    const columns = [
      { name: 'FLUX', format: '2E', data: [1, 2, 3, 4] },
      { name: 'WAVELENGTH', format: '2E', data: [6500, 6501, 6500, 6501] },
      { name: 'IVAR', format: '2E', data: [4, 0, 1, 1] },
    ];
    const spectra = load([lamost, { kind: 'table', columns }]);
    expect(spectra.map(({ id, flux }) => [id, ...flux])).toEqual([
      ['made#0', 1, 2],
      ['made#1', 3, 4],
    ]);
    expect([...spectra[0]!.uncertainty!]).toEqual([0.5, NaN]);
    expect([...spectra[0]!.mask!]).toEqual([0, 1]);
  });

  test('a table without rows, and cells of different length', () => {
    const table = (flux: number[], wavelength: number[], format: string): FitsHduInput => ({
      kind: 'table',
      columns: [
        { name: 'FLUX', format, data: flux },
        { name: 'WAVELENGTH', format: '2E', data: wavelength },
      ],
    });
    expect(() => load([lamost, table([], [], '2E')])).toThrowError(refusal('no-flux'));
    expect(() => load([lamost, table([1, 2, 3], [1, 2], '3E')])).toThrowError(
      refusal('bad-wavelength', { hdu: 1, row: 0 }),
    );
  });

  test('flags that are fewer than the flux values', () => {
    const columns = [
      { name: 'FLUX', format: '2E', data: [1, 2] },
      { name: 'WAVELENGTH', format: '2E', data: [6500, 6501] },
      { name: 'ANDMASK', format: '1E', data: [0] },
    ];
    expect(() => load([lamost, { kind: 'table', columns }])).toThrowError(refusal('corrupt', { hdu: 1, row: 0 }));
  });

  test('a table whose flux is text', () => {
    const columns = [
      { name: 'spectral', format: 'D', data: [1] },
      { name: 'flux', format: '1A', data: ['x'] },
    ];
    expect(() => load([{ kind: 'table', columns }])).toThrowError(refusal('unknown-format', { hdu: 1 }));
  });

  test('Ondřejov’s unit of wavelength is respected', () => {
    const table = (unit: string): FitsHduInput => ({
      kind: 'table',
      columns: [
        { name: 'spectral', format: 'D', unit, data: [650, 651] },
        { name: 'flux', format: 'D', data: [1, 2] },
      ],
    });
    expect([...load([table('nm')])[0]!.wavelength]).toEqual([6500, 6510]);
    expect(() => load([table('furlong')])).toThrowError(refusal('bad-wavelength', { hdu: 1 }));
  });
});

describe('choosing a survey', () => {
  const path = 'ondrejov/a201402030013.fits';

  test('auto, the survey and the loader find the same; another survey does not know the layout', () => {
    const bytes = bundled(path);
    for (const survey of ['auto', 'ondrejov']) expect(loadSpectra(bytes, { path, survey })).toHaveLength(1);
    expect(() => loadSpectra(bytes, { path, survey: 'lamost' })).toThrowError(
      expect.objectContaining({ name: 'UnusableInput', reason: 'unknown-format' }),
    );
    expect(loadSpectra(bundled('indo-us/A0V__153808.fits.gz'), { path, survey: 'indo-us' })).toHaveLength(1);
  });

  test('a survey that there is not', () => {
    expect(() => loadSpectra(bundled(path), { path, survey: 'hubble' })).toThrowError(
      new RangeError(`'hubble' is no survey: choose one of ${surveyChoices().join(', ')}`),
    );
    expect(surveyChoices()).toEqual(
      expect.arrayContaining(['auto', 'lamost', 'bess', ...LOADERS.map(({ name }) => name)]),
    );
  });
});

describe('damaged files', () => {
  const spectrum: FitsHduInput = {
    kind: 'image',
    header: [
      { keyword: 'OBJECT', value: 'Vega' },
      { keyword: 'CRVAL1', value: 6500 },
      { keyword: 'CDELT1', value: 1 },
    ],
    bitpix: -32,
    axes: [2],
    data: [1, 2],
  };

  test('data that do not sum to DATASUM are corrupt; an edited header is not', () => {
    const changed = Buffer.from(writeFits([spectrum]));
    changed[2880]! ^= 1;
    expect(() => loadSpectra(changed, { path: 'made.fits' })).toThrowError(refusal('corrupt', { hdu: 0 }));
    const edited = Buffer.from(writeFits([spectrum]));
    edited.write('Mira', edited.indexOf('Vega'));
    expect(loadSpectra(edited, { path: 'made.fits' })[0]!.metadata.objectName).toBe('Mira');
  });

  test('a file above the limit', () => {
    const bytes = gzipSync(writeFits([spectrum]));
    expect(() => loadSpectra(bytes, { path: 'made.fits', maxBytes: 1000 })).toThrowError(refusal('too-large'));
  });

  test('FITS without a spectrum', () => {
    expect(() => load([{ kind: 'image', bitpix: 8, axes: [2, 2], data: [1, 2, 3, 4] }])).toThrowError(
      refusal('unknown-format'),
    );
    expect(() => load([])).toThrowError('made.fits: It is FITS, but not laid out as any of');
  });
});

test.each([
  ['a/b/spec-1-2-3.fits.gz', 'spec-1-2-3'],
  ['C:\\data\\x.FIT', 'x'],
  ['y.fts.GZ', 'y'],
  ['plain', 'plain'],
  ['two.dots.fits', 'two.dots'],
])('the id of %s is %s', (path, id) => {
  expect(spectrumId(path)).toBe(id);
});
