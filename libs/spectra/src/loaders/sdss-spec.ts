import type { FitsFile } from '../fits/read.ts';
import type { FitsTable } from '../fits/table.ts';
import { NO_METADATA } from '../spectrum.ts';
import type { SpectrumMetadata } from '../spectrum.ts';
import { number } from './header-metadata.ts';
import type { SpectrumLoader } from './loader.ts';
import { arrangePixels } from './pixels.ts';

/** Index of the r band in SDSS's lists of u, g, r, i, z. */
const R_BAND = 2;
const BANDS = 5;

/** TAI in SDSS's headers is MJD in seconds, half a minute ahead of UTC. */
const DAY_SECONDS = 86_400;

/** SDSS `spec-PLATE-MJD-FIBER` files since DR9, full or lite. */
export const sdssSpec: SpectrumLoader = {
  name: 'sdss-spec',
  survey: 'sdss',
  describes: 'SDSS spec-PLATE-MJD-FIBER: table with the columns loglam (vacuum) and flux',
  recognises: (fits) => findTable(fits) !== undefined,
  load(fits, context) {
    const table = findTable(fits)!;
    const column = (name: string) => (table.has(name) ? table.column(name).numbers() : undefined);
    const inverseVariance = column('ivar');
    const flags = column('and_mask');
    const pixels = arrangePixels(
      {
        wavelength: table
          .column('loglam')
          .numbers()
          .map((logarithm) => 10 ** logarithm),
        flux: table.column('flux').numbers(),
        ...(inverseVariance && { inverseVariance }),
        ...(flags && { flags }),
      },
      { file: context.path, hdu: table.index },
    );
    return [{ id: context.id, survey: 'sdss', medium: 'vacuum', ...pixels, metadata: sdssMetadata(fits) }];
  },
};

function findTable(fits: FitsFile): FitsTable | undefined {
  return fits.hdus.find((hdu): hdu is FitsTable => hdu.kind === 'table' && hdu.has('loglam') && hdu.has('flux'));
}

/** The pipeline's answers are in a table of one row behind the spectrum, observation and position in the header. */
function sdssMetadata(fits: FitsFile): SpectrumMetadata {
  const { header } = fits.hdus[0];
  const answers = fits.hdus.find(
    (hdu): hdu is FitsTable => hdu.kind === 'table' && hdu.rows === 1 && hdu.has('CLASS') && hdu.has('SUBCLASS'),
  );
  const word = (name: string) => {
    if (answers?.has(name) !== true) return null;
    const column = answers.column(name);
    const value = column.format.code === 'A' ? column.strings()[0]?.trim() : String(column.values()[0]);
    return value === undefined || value === '' ? null : value;
  };
  const first = (name: string) => (answers?.has(name) === true ? (answers.column(name).numbers()[0] ?? null) : null);
  const ratios = answers?.has('SN_MEDIAN') === true ? answers.column('SN_MEDIAN').numbers() : [];
  const seconds = number(header, 'TAI');
  return {
    ...NO_METADATA,
    obsid: word('SPECOBJID'),
    ra: first('PLUG_RA') ?? number(header, 'PLUG_RA'),
    dec: first('PLUG_DEC') ?? number(header, 'PLUG_DEC'),
    snr: ratios.length === BANDS ? ratios[R_BAND]! : first('SN_MEDIAN_ALL'),
    class: word('CLASS'),
    subclass: word('SUBCLASS'),
    redshift: first('Z'),
    mjd: seconds === null ? number(header, 'MJD') : seconds / DAY_SECONDS,
    plate: word('PLATE'),
    night: number(header, 'MJD'),
    fiber: number(header, 'FIBERID'),
  };
}
