import type { FitsFile } from '../fits/read.ts';
import type { FitsTable } from '../fits/table.ts';
import type { Spectrum } from '../spectrum.ts';
import { isLamost, lamostMetadata } from './lamost-metadata.ts';
import type { SpectrumLoader } from './loader.ts';
import { arrangePixels } from './pixels.ts';

/** LAMOST DR8 and later: a table with one row, whose cells are whole arrays. */
export const lamostTable: SpectrumLoader = {
  name: 'lamost-table',
  survey: 'lamost',
  describes: 'LAMOST DR8 and later: table of one row with FLUX and WAVELENGTH (vacuum) as arrays',
  recognises: (fits) => isLamost(fits.hdus[0].header) && findTable(fits) !== undefined,
  load(fits, context) {
    const table = findTable(fits)!;
    const column = (name: string) => (table.has(name) ? table.column(name).numbers() : undefined);
    const wavelength = table.column('WAVELENGTH').numbers();
    const flux = table.column('FLUX').numbers();
    const inverseVariance = column('IVAR');
    const flags = column('ANDMASK');
    const metadata = lamostMetadata(fits.hdus[0].header);
    return Array.from({ length: table.rows }, (_, row): Spectrum => {
      const cell = (values: Float64Array) =>
        values.subarray((row * values.length) / table.rows, ((row + 1) * values.length) / table.rows);
      const pixels = arrangePixels(
        {
          wavelength: cell(wavelength),
          flux: cell(flux),
          ...(inverseVariance && { inverseVariance: cell(inverseVariance) }),
          ...(flags && { flags: cell(flags) }),
        },
        { file: context.path, hdu: table.index, row },
      );
      const id = table.rows === 1 ? context.id : `${context.id}#${row}`;
      return { id, survey: 'lamost', medium: 'vacuum', ...pixels, metadata };
    });
  },
};

function findTable(fits: FitsFile): FitsTable | undefined {
  return fits.hdus.find((hdu): hdu is FitsTable => hdu.kind === 'table' && hdu.has('FLUX') && hdu.has('WAVELENGTH'));
}
