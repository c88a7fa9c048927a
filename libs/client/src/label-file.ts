import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UsageError } from './terminal/failure.ts';

/**
 * Reads spectra and their classes from a CSV file with a header.
 * @param columns names of the columns of the id and of the class
 * @throws {UsageError} naming the file, and the column or the line that is wrong
 */
export async function readLabelFile(
  path: string,
  columns: { id: string; class: string } = { id: 'id', class: 'class' },
): Promise<Map<string, string>> {
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(await readFile(path), { columns: true, bom: true, trim: true, skipEmptyLines: true, info: true });
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const classes = new Map<string, string>();
  for (const { record, info } of records) {
    const id = record[columns.id];
    const name = record[columns.class];
    if (id === undefined || name === undefined) {
      throw new UsageError(`${path} needs the columns "${columns.id}" and "${columns.class}": name others by options`);
    }
    if (id === '' || name === '') throw new UsageError(`${path}, line ${info.lines}: an id or a class is empty`);
    if (classes.has(id) && classes.get(id) !== name) {
      throw new UsageError(`${path}, line ${info.lines}: "${id}" was ${classes.get(id)} before, and is ${name} here`);
    }
    classes.set(id, name);
  }
  return classes;
}
