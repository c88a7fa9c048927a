import type { Card } from '../fits/card.ts';
import { writeFits } from '../fits/write.ts';
import type { Spectrum } from '../spectrum.ts';
import { LAMOST_PIXELS } from './lamost.ts';

/** LAMOST delivered images of five rows until DR7, and tables of one row since DR8. */
export type LamostLayout = 'dr1-image' | 'dr8-table';

const SIMULATED: Card = { keyword: 'COMMENT', comment: 'Simulated: no such object was observed' };

/**
 * A simulated spectrum as a file in its survey's format, which the survey's loader reads back to the same numbers. What
 * is known of the object beyond that is not in the file.
 * @param lamostLayout the data releases whose layout a LAMOST-like spectrum gets
 * @throws RangeError where the spectrum is of a survey that is not simulated
 */
export function simulatedFits(spectrum: Spectrum, lamostLayout: LamostLayout = 'dr1-image'): Uint8Array {
  if (spectrum.survey === 'ondrejov') return ondrejovTable(spectrum);
  if (spectrum.survey === 'lamost') return lamostLayout === 'dr1-image' ? lamostImage(spectrum) : lamostTable(spectrum);
  throw new RangeError(`spectra of ${spectrum.survey} are not simulated: give one of ondrejov or lamost`);
}

function ondrejovTable({ id, wavelength, flux, metadata }: Spectrum): Uint8Array {
  return writeFits([
    {
      kind: 'table',
      header: [
        { keyword: 'TITLE', value: `${id}.fit` },
        { keyword: 'DS_IDPUB', value: metadata.obsid },
        { keyword: 'SPECBAND', value: 'Optical' },
        { keyword: 'OBJECT', value: metadata.objectName },
        { keyword: 'SRCCLASS', value: metadata.class },
        { keyword: 'RA', value: metadata.ra, float: true },
        { keyword: 'DEC', value: metadata.dec, float: true },
        { keyword: 'RADECSYS', value: 'ICRS' },
        { keyword: 'SPECSDIM', value: 'Angstrom' },
        { keyword: 'CRETYPE', value: 'simulated' },
        { keyword: 'FLUX_CAL', value: 'UNCALIBRATED' },
        { keyword: 'SPEC_CAL', value: 'ABSOLUTE' },
        SIMULATED,
      ],
      columns: [
        { name: 'spectral', format: 'D', unit: 'Angstrom', data: wavelength },
        { name: 'flux', format: 'D', data: flux },
      ],
    },
  ]);
}

/** One row an image: flux, inverse variance, subcontinuum, and-mask, or-mask. */
const IMAGE_ROWS = 5;

function lamostImage(spectrum: Spectrum): Uint8Array {
  const width = spectrum.flux.length;
  const data = new Float32Array(IMAGE_ROWS * width);
  data.set(spectrum.flux);
  data.set(inverseVariance(spectrum), width);
  data.fill(1, 2 * width, 3 * width);
  const header: Card[] = [
    { keyword: 'N_EXTEN', value: 1, comment: 'The extension number' },
    { keyword: 'EXTEN0', value: 'Flux Inverse Subcontinuum Andmask Ormask' },
    ...lamostCards(spectrum),
    { keyword: 'SN_R', value: spectrum.metadata.snr, float: true, comment: 'SNR of r filter' },
  ];
  return writeFits([{ kind: 'image', header, bitpix: -32, axes: [width, IMAGE_ROWS], data }]);
}

function lamostTable(spectrum: Spectrum): Uint8Array {
  const width = spectrum.flux.length;
  const column = (name: string, data: Float32Array) => ({ name, format: `${width}E`, data });
  const header: Card[] = [
    { keyword: 'N_EXTEN', value: 2, comment: 'The amount of extension' },
    ...lamostCards(spectrum),
    { keyword: 'SNRR', value: spectrum.metadata.snr, float: true, comment: 'SNR of r filter' },
  ];
  return writeFits([
    { kind: 'image', header, bitpix: 16, axes: [], data: [] },
    {
      kind: 'table',
      header: [{ keyword: 'EXTNAME', value: 'COADD', comment: 'The extension name' }],
      columns: [
        column('FLUX', new Float32Array(spectrum.flux)),
        column('IVAR', new Float32Array(inverseVariance(spectrum))),
        column('WAVELENGTH', new Float32Array(spectrum.wavelength)),
        column('ANDMASK', new Float32Array(width)),
        column('ORMASK', new Float32Array(width)),
        column('NORMALIZATION', new Float32Array(width).fill(1)),
      ],
    },
  ]);
}

/** Inverse variance as the survey stores it; 0 for a pixel without uncertainty. */
function inverseVariance({ flux, uncertainty }: Spectrum): Float64Array {
  return flux.map((_, pixel) => {
    const sigma = uncertainty?.[pixel] ?? NaN;
    return sigma > 0 ? 1 / sigma ** 2 : 0;
  });
}

function lamostCards({ id, metadata }: Spectrum): Card[] {
  const { start, step } = LAMOST_PIXELS;
  return [
    SIMULATED,
    { keyword: 'FILENAME', value: `${id}.fits` },
    { keyword: 'AUTHOR', value: 'Spectrawl simulator', comment: 'Who compiled the information' },
    { keyword: 'DATA_V', value: metadata.release, comment: 'Data release version' },
    { keyword: 'TELESCOP', value: 'LAMOST', comment: 'GuoShouJing Telescope, as simulated' },
    { keyword: 'RA', value: metadata.ra, float: true, comment: '[deg] Right ascension of object' },
    { keyword: 'DEC', value: metadata.dec, float: true, comment: '[deg] Declination of object' },
    { keyword: 'DESIG', value: metadata.designation, comment: 'Designation of LAMOST target' },
    { keyword: 'OBJNAME', value: metadata.objectName, comment: 'Name of object' },
    { keyword: 'RADECSYS', value: 'FK5', comment: 'Equatorial coordinate system' },
    { keyword: 'EQUINOX', value: 2000, float: true, comment: 'Equinox in years' },
    { keyword: 'VACUUM', value: true, comment: 'Wavelengths are in vacuum' },
    { keyword: 'WFITTYPE', value: 'LOG-LINEAR', comment: 'Linear-log10 dispersion' },
    { keyword: 'COEFF0', value: start, comment: 'Central wavelength (log10) of first pixel' },
    { keyword: 'COEFF1', value: step, comment: 'Log10 dispersion per pixel' },
    { keyword: 'CRVAL1', value: start, comment: 'Central wavelength (log10) of first pixel' },
    { keyword: 'CD1_1', value: step, comment: 'Log10 dispersion per pixel' },
    { keyword: 'CRPIX1', value: 1, comment: 'Starting pixel (1-indexed)' },
    { keyword: 'CTYPE1', value: 'LINEAR' },
    { keyword: 'DC-FLAG', value: 1, comment: 'Log-linear flag' },
  ];
}
