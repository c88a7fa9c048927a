import type { CatalogueColumn } from './catalogue-column.ts';
import { CatalogueError } from './catalogue-error.ts';

/** Columns by the user's choice; empty or absent ones are found. */
export interface ColumnChoice {
  ra?: string | undefined;
  dec?: string | undefined;
  name?: string | undefined;
}

export interface PositionColumns {
  ra: CatalogueColumn;
  dec: CatalogueColumn;
  name: CatalogueColumn | undefined;
}

/** What a column is known by: UCDs (UCD1+ and UCD1), then usual names without case, signs and brackets, best first. */
const RA = {
  what: 'right ascension',
  ucds: ['pos.eq.ra;meta.main', 'pos_eq_ra_main', 'pos.eq.ra', 'pos_eq_ra'],
  names: [
    'ra',
    'raicrs',
    'raj2000',
    'ra2000',
    'radeg',
    'radegrees',
    'rad',
    'rightascension',
    'alpha',
    'alphaj2000',
    'objra',
    'meanra',
  ],
};
const DEC = {
  what: 'declination',
  ucds: ['pos.eq.dec;meta.main', 'pos_eq_dec_main', 'pos.eq.dec', 'pos_eq_dec'],
  names: [
    'dec',
    'deicrs',
    'decicrs',
    'dej2000',
    'decj2000',
    'dec2000',
    'decdeg',
    'dedeg',
    'decdegrees',
    'de',
    'decd',
    'declination',
    'delta',
    'deltaj2000',
    'objdec',
    'meandec',
  ],
};
const NAME = {
  ucds: ['meta.id;meta.main', 'id_main', 'meta.id', 'id_identifier'],
  names: [
    'name',
    'designation',
    'mainid',
    'sourceid',
    'source',
    'id',
    'identifier',
    'objid',
    'objectid',
    'object',
    'objname',
    'star',
  ],
};

/**
 * Finds where a catalogue has its positions and names.
 * @throws {CatalogueError} naming the columns that there are
 */
export function positionColumns(columns: readonly CatalogueColumn[], choice: ColumnChoice): PositionColumns {
  return {
    ra: chosen(columns, choice.ra) ?? required(columns, RA),
    dec: chosen(columns, choice.dec) ?? required(columns, DEC),
    name: chosen(columns, choice.name) ?? recognised(columns, NAME),
  };
}

function chosen(columns: readonly CatalogueColumn[], name: string | undefined): CatalogueColumn | undefined {
  if (name === undefined || name === '') return undefined;
  const column =
    columns.find((other) => other.name === name) ??
    columns.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (column) return column;
  throw new CatalogueError(`The catalogue has no column "${name}", only: ${listed(columns)}`);
}

function required(columns: readonly CatalogueColumn[], words: typeof RA): CatalogueColumn {
  const column = recognised(columns, words);
  if (column) return column;
  throw new CatalogueError(
    `No column of the catalogue is recognised as the ${words.what} (by its UCD, or a name such as ${words.names[0]}): name one of ${listed(columns)}`,
  );
}

function recognised(
  columns: readonly CatalogueColumn[],
  { ucds, names }: Pick<typeof RA, 'ucds' | 'names'>,
): CatalogueColumn | undefined {
  for (const ucd of ucds) {
    const found = columns.find((column) => column.ucd.toLowerCase().trim() === ucd);
    if (found) return found;
  }
  for (const name of names) {
    const found = columns.find((column) => column.name.toLowerCase().replace(/\[.*\]|\(.*\)|[^a-z0-9]/g, '') === name);
    if (found) return found;
  }
  return undefined;
}

function listed(columns: readonly CatalogueColumn[]): string {
  const names = columns.slice(0, 40).map(({ name }) => name);
  return `${names.join(', ')}${columns.length > names.length ? ` and ${columns.length - names.length} others` : ''}`;
}
