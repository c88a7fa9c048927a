import { stringify } from 'csv-stringify/sync';
import { cellText } from './cells.ts';
import { VotableError } from './table.ts';
import type { VotableTable } from './table.ts';

/**
 * A table's columns and rows as CSV (RFC 4180, but lines end in a line feed): a header of column names, empty cells for
 * missing values, lists separated by spaces, numbers as in VOTable. Units, descriptions and provenance have no place in CSV.
 *
 * @throws {VotableError} for a value that its column can't hold or a row of another length
 */
export function writeCsv({ fields, rows }: Pick<VotableTable, 'fields' | 'rows'>): string {
  const lines = [...rows].map((row, at) => {
    if (row.length !== fields.length)
      throw new VotableError(`row ${at} has ${row.length} cells for ${fields.length} columns`);
    return fields.map((field, column) => cellText(row[column] ?? null, field, `row ${at}`));
  });
  return stringify(lines, { header: true, columns: fields.map(({ name }) => name) });
}
