import { FitsAsciiTable } from '../fits/ascii-table.ts';
import { FitsError } from '../fits/fits-error.ts';
import { readFits } from '../fits/read.ts';
import { FitsTable } from '../fits/table.ts';
import type { CatalogueTable } from './catalogue-column.ts';
import { CatalogueError } from './catalogue-error.ts';

/**
 * Reads the first table of a FITS file, binary or ASCII; UCDs stand in TUCDn, where TOPCAT and CDS write them.
 * @throws {CatalogueError}
 */
export function readFitsCatalogue(bytes: Uint8Array, maxBytes: number): CatalogueTable {
  try {
    const { hdus } = readFits(bytes, { maxBytes });
    const table = hdus.find((hdu) => hdu instanceof FitsTable || hdu instanceof FitsAsciiTable);
    if (table === undefined) throw new CatalogueError('The FITS file has no table: give a catalogue, not an image');
    const columns = table.columns.map((column, at) => ({
      name: column.name,
      ucd: table.header.string(`TUCD${at + 1}`) ?? '',
      unit: column.unit ?? '',
      cells: () => cellsOf(column),
    }));
    return { format: 'fits', rows: table.rows, columns };
  } catch (error) {
    if (error instanceof FitsError) throw new CatalogueError(error.message, { cause: error });
    throw error;
  }
}

function cellsOf(column: FitsTable['columns'][number] | FitsAsciiTable['columns'][number]) {
  const code = 'format' in column ? column.format.code : column.code;
  try {
    if (code === 'A') return column.strings().map((text) => text.trim());
    // Identifiers of 64 bits are no doubles.
    if (code === 'K' && 'format' in column) return Array.from(column.values() as ArrayLike<bigint>, String);
    return column.numbers();
  } catch (error) {
    if (error instanceof FitsError) throw new CatalogueError(error.message, { cause: error });
    throw error;
  }
}
