import { gunzipSync } from 'node:zlib';
import { angleUnit, degrees } from './angle.ts';
import type { CatalogueColumn, CatalogueTable } from './catalogue-column.ts';
import { CatalogueError } from './catalogue-error.ts';
import { readCsvCatalogue } from './csv-catalogue.ts';
import { readFitsCatalogue } from './fits-catalogue.ts';
import { positionColumns, type ColumnChoice } from './position-columns.ts';
import { readVotableCatalogue } from './votable-catalogue.ts';

/** Rejected rows whose problem is told. */
const MOST_PROBLEMS = 20;

/** The positions of a catalogue: rows = row.length + rejected. */
export interface Catalogue {
  format: CatalogueTable['format'];
  rows: number;
  /** Numbers of the rows that have a position, from 1, ascending. */
  row: Float64Array;
  /** Of these rows: ICRS, degrees, 0 ≤ ra < 360. */
  ra: Float64Array;
  dec: Float64Array;
  /** Of these rows; empty where the catalogue has none. */
  names: string[];
  rejected: number;
  /** What was wrong with the first rejected rows, each naming its row. */
  problems: string[];
  /** Names of the columns that were read. */
  columns: string[];
}

export interface ReadCatalogueOptions extends ColumnChoice {
  /** The largest catalogue to take, in bytes after gunzip. */
  maxBytes?: number;
}

/**
 * Reads the positions and names of a catalogue: CSV, VOTable or FITS, gzipped or not. Positions are degrees, hours or radians by
 * the column's unit, or sexagesimal text.
 * @throws {CatalogueError}
 */
export function readCatalogue(
  bytes: Uint8Array,
  { maxBytes = 2 ** 30, ...choice }: ReadCatalogueOptions = {},
): Catalogue {
  const table = readTable(plain(bytes, maxBytes), maxBytes);
  const { ra, dec, name } = positionColumns(table.columns, choice);
  const raCells = angles(ra, 'ra');
  const decCells = angles(dec, 'dec');
  const nameCells = name?.cells();
  const found: Catalogue = {
    format: table.format,
    rows: table.rows,
    row: new Float64Array(table.rows),
    ra: new Float64Array(table.rows),
    dec: new Float64Array(table.rows),
    names: [],
    rejected: 0,
    problems: [],
    columns: [ra, dec, ...(name ? [name] : [])].map((column) => column.name),
  };
  let kept = 0;
  for (let row = 0; row < table.rows; row++) {
    const [alpha, delta] = [raCells.degrees(row), decCells.degrees(row)];
    const problem = raCells.problem(alpha, row) ?? decCells.problem(delta, row);
    if (problem !== undefined) {
      found.rejected++;
      if (found.problems.length < MOST_PROBLEMS) found.problems.push(`row ${row + 1}: ${problem}`);
      continue;
    }
    found.row[kept] = row + 1;
    // Only what has to be is turned: the sum would round.
    found.ra[kept] = alpha >= 0 && alpha < 360 ? alpha : ((alpha % 360) + 360) % 360;
    found.dec[kept] = delta;
    found.names.push(nameCells === undefined ? '' : nameText(nameCells[row]));
    kept++;
  }
  return { ...found, row: found.row.slice(0, kept), ra: found.ra.slice(0, kept), dec: found.dec.slice(0, kept) };
}

function plain(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CatalogueError(
      code === 'ERR_BUFFER_TOO_LARGE'
        ? `The catalogue has more than ${maxBytes} bytes: leave out columns that are not needed`
        : 'The gzipped file is damaged or ends too early: fetch it again',
      { cause: error },
    );
  }
}

function readTable(bytes: Uint8Array, maxBytes: number): CatalogueTable {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const begin = text.toString('latin1', 0, 4096);
  if (begin.startsWith('SIMPLE  ')) return readFitsCatalogue(bytes, maxBytes);
  if (/<(?:[\w.-]+:)?VOTABLE\b/i.test(begin)) return readVotableCatalogue(text.toString('utf8'));
  if (begin.includes('\0') || begin.startsWith('PAR1'))
    throw new CatalogueError('The file is neither CSV nor VOTable nor FITS: save the catalogue as one of these');
  if (begin.trimStart().startsWith('<'))
    throw new CatalogueError('The file is XML or HTML but no VOTable: it may be the error page of a server');
  return readCsvCatalogue(text.toString('utf8'));
}

/** The angles of a column, and what is wrong with one of them. */
function angles(column: CatalogueColumn, of: 'ra' | 'dec') {
  const unit = angleUnit(column.unit);
  if (unit === undefined) {
    throw new CatalogueError(
      `Column ${column.name} is in "${column.unit}", which is no unit of a position: give degrees, hours or radians`,
    );
  }
  const cells = column.cells();
  const [least, most] = of === 'ra' ? [-360, 720] : [-90, 90];
  return {
    degrees: (row: number): number => degrees(cells[row] ?? NaN, unit, of),
    problem(angle: number, row: number): string | undefined {
      if (angle >= least && angle <= most) return undefined;
      const cell = cells[row] ?? '';
      if (cell === '' || (typeof cell === 'number' && Number.isNaN(cell))) return `${column.name} is missing`;
      return `${column.name} is ${JSON.stringify(cell)}, which is no ${of === 'ra' ? 'right ascension' : 'declination'}`;
    },
  };
}

function nameText(cell: number | string | undefined): string {
  return cell === undefined || Number.isNaN(cell) ? '' : String(cell);
}
