import type { FitsFile } from '../fits/read.ts';
import type { FitsTable } from '../fits/table.ts';
import { NO_METADATA } from '../spectrum.ts';
import { UnusableInput } from '../unusable-input.ts';
import { angle, number, text } from './header-metadata.ts';
import type { SpectrumLoader } from './loader.ts';
import { arrangePixels } from './pixels.ts';
import { angstromsOf } from './wavelength-unit.ts';

/** The CCD700 archive of the Ondřejov 2 m Perek telescope. */
export const ondrejov: SpectrumLoader = {
  name: 'ondrejov',
  survey: 'ondrejov',
  describes: 'Ondřejov CCD700: table with the columns spectral (air) and flux',
  recognises: (fits) => findTable(fits) !== undefined,
  load(fits, context) {
    const table = findTable(fits)!;
    const { header } = table;
    const where = { file: context.path, hdu: table.index };
    const spectral = table.column('spectral');
    const scale = angstromsOf(spectral.unit ?? 'Angstrom');
    if (scale === undefined) {
      throw new UnusableInput('bad-wavelength', `'${spectral.unit}' is no known unit of wavelength`, where);
    }
    const wavelength = spectral.numbers().map((value) => value * scale);
    const pixels = arrangePixels({ wavelength, flux: table.column('flux').numbers() }, where);
    const metadata = {
      ...NO_METADATA,
      obsid: text(header, 'DS_IDPUB'),
      objectName: text(header, 'OBJECT'),
      ra: angle(header, 'RA'),
      dec: angle(header, 'DEC'),
      class: text(header, 'SRCCLASS'),
      mjd: number(header, 'TMID'),
    };
    return [{ id: context.id, survey: 'ondrejov', medium: 'air', ...pixels, metadata }];
  },
};

function findTable(fits: FitsFile): FitsTable | undefined {
  return fits.hdus.find((hdu): hdu is FitsTable => hdu.kind === 'table' && hdu.has('spectral') && hdu.has('flux'));
}
