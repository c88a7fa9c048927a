import { CsvError, parse } from 'csv-parse/sync';
import type { CatalogueTable } from './catalogue-column.ts';
import { CatalogueError } from './catalogue-error.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Reads text with a header of column names, separated by commas, semicolons, tabs or bars; lines that begin with # are comments.
 * @throws {CatalogueError}
 */
export function readCsvCatalogue(text: string): CatalogueTable {
  const header = text.split(/\r?\n/, 1000).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  const delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
  let records: string[][];
  try {
    records = parse(text, {
      delimiter,
      bom: true,
      comment: '#',
      comment_no_infix: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new CatalogueError(`The CSV cannot be read: ${error.message}. Give every line as many cells as the header`);
  }
  const [names, ...rows] = records;
  if (names === undefined)
    throw new CatalogueError('The file is empty: give a header of column names and a row an object');
  const columns = names.map((name, at) => ({
    name,
    ucd: '',
    unit: '',
    cells: () => rows.map((row) => row[at] ?? ''),
  }));
  return { format: 'csv', rows: rows.length, columns };
}
