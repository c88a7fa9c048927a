import type { Card } from '../fits/card.ts';
import { writeFits } from '../fits/write.ts';
import type { FitsColumnInput } from '../fits/write-table.ts';
import { VotableError } from '../votable/table.ts';
import type { VotableCell, VotableField, VotableTable } from '../votable/table.ts';

/** Stored integers that mean "no value". */
const NULLS = { short: -(2 ** 15), int: -(2 ** 31), long: -(2n ** 63n) } as const;

/**
 * A table as a FITS binary table, as TOPCAT and astropy read it: units in TUNIT, UCDs in TUCD, descriptions in TCOMM, RADESYS where
 * the table has a coordinate system, facts about its origin as HISTORY.
 *
 * FITS holds printable ASCII only: accents are left out, and other characters become question marks.
 * @throws {VotableError} for a row of another length
 */
export function writeFitsCatalogue(table: VotableTable): Uint8Array {
  const rows = [...table.rows];
  rows.forEach((row, at) => {
    if (row.length !== table.fields.length)
      throw new VotableError(`row ${at} has ${row.length} cells for ${table.fields.length} columns`);
  });
  const columns = table.fields.map((field, at) =>
    columnOf(
      field,
      rows.map((row) => row[at] ?? null),
    ),
  );
  const cards: Card[] = [
    { keyword: 'EXTNAME', value: ascii(table.name) },
    ...(table.coordinateSystem ? [{ keyword: 'RADESYS', value: table.coordinateSystem.system }] : []),
    ...table.fields.flatMap(({ ucd, description }, at) => [
      ...(ucd === undefined ? [] : [{ keyword: `TUCD${at + 1}`, value: ucd }]),
      ...(description === undefined ? [] : [{ keyword: `TCOMM${at + 1}`, value: ascii(description) }]),
    ]),
    ...(table.description === undefined ? [] : [{ keyword: 'COMMENT', comment: ascii(table.description) }]),
    ...(table.infos ?? []).map(({ name, value }) => ({ keyword: 'HISTORY', comment: ascii(`${name}: ${value}`) })),
  ];
  return writeFits([{ kind: 'table', header: cards, columns }]);
}

function columnOf(field: VotableField, cells: readonly VotableCell[]): FitsColumnInput {
  const { name, datatype, arraysize = 1 } = field;
  const unit = field.unit === undefined ? {} : { unit: field.unit };
  if (arraysize === '*')
    throw new VotableError(`Column ${name}: FITS tables are written with lists of fixed length only`);
  const width = arraysize === 1 ? '' : String(arraysize);
  const numbers = cells.flatMap((cell) => (cell === null ? new Array<null>(arraysize).fill(null) : cell));
  switch (datatype) {
    case 'text': {
      const texts = cells.map((cell) => ascii(cell === null ? '' : String(cell)));
      // A column of no characters has no bytes, which FITS has no use for.
      const longest = texts.reduce((most, { length }) => Math.max(most, length), 1);
      return { name, format: `${longest}A`, data: texts };
    }
    case 'boolean':
      return { name, format: `${width}L`, data: numbers as (boolean | null)[] };
    case 'float':
      return { name, format: `${width}E`, ...unit, data: Float32Array.from(numbers, (value) => Number(value ?? NaN)) };
    case 'double':
      return { name, format: `${width}D`, ...unit, data: Float64Array.from(numbers, (value) => Number(value ?? NaN)) };
    case 'short':
    case 'int': {
      const nullValue = NULLS[datatype];
      const data = Int32Array.from(numbers, (value) => Number(value ?? nullValue));
      return {
        name,
        format: `${width}${datatype === 'short' ? 'I' : 'J'}`,
        ...unit,
        ...missing(numbers, nullValue),
        data,
      };
    }
    case 'long': {
      const data = BigInt64Array.from(numbers, (value) => BigInt((value as bigint | null) ?? NULLS.long));
      return { name, format: `${width}K`, ...unit, ...missing(numbers, NULLS.long), data };
    }
  }
}

/** TNULL, where a value is missing. */
function missing(values: readonly unknown[], nullValue: number | bigint) {
  return values.includes(null) ? { nullValue } : {};
}

function ascii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^ -~]/gu, '?');
}
