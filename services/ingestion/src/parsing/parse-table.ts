import { PoolError, SpectraTable, type SpectraTableData } from '@spectrawl/pool';
import { NO_METADATA, SURVEYS, UnusableInput, type Medium, type Spectrum, type Survey } from '@spectrawl/spectra';
import { BatchBuilder } from './batch-builder.ts';
import type { ParsedBatch, UnusableParsed } from './parsed-batch.ts';
import { storedFile } from './stored-file.ts';
import { unusableOf } from './unusable.ts';

/** Bytes of pixels of one part of a table: some hundred spectra, a fraction of a second of work. */
const PART_BYTES = 8 * 2 ** 20;

/** A Parquet table of spectra that was laid aside. */
export interface TableToParse {
  /** As the user knows it. */
  path: string;
  /** Where it lies. */
  file: string;
  /** A survey or a loader, or 'auto': counts where the table does not tell. */
  survey: string;
}

/** Rows [start, end) of a table. */
export interface TablePart {
  start: number;
  end: number;
}

/** Tables that this thread has opened, the last one only: an upload sends part after part of one table. */
let opened: { file: string; table: Promise<SpectraTable> } | undefined;

function open(file: string): Promise<SpectraTable> {
  if (opened?.file !== file) opened = { file, table: SpectraTable.open(storedFile(file)) };
  return opened.table;
}

/** The parts in which a table is parsed, or why it cannot be. */
export async function divideTable({ path, file }: TableToParse): Promise<TablePart[] | UnusableParsed> {
  try {
    const table = await open(file);
    // Columns that are missing or of another type are told once, not for each row.
    await table.read(0, 0);
    if (table.rows === 0) throw new UnusableInput('no-flux', 'The table has no rows', { file: path });
    return table.parts(PART_BYTES);
  } catch (error) {
    return unusableOf(error, path);
  }
}

/** Reads a part of a table: one input for each row. */
export async function parseTablePart(request: TableToParse & TablePart): Promise<ParsedBatch> {
  const { path, file, survey, start, end } = request;
  const batch = new BatchBuilder();
  const table = await open(file);
  await readRows(table, start, end, (row, read) => {
    const place = `${path}, row ${row}`;
    try {
      batch.add(spectrumOf(read(), place, survey), path, place);
    } catch (error) {
      batch.refuse(error, place);
    }
  });
  return batch.finish();
}

/** Hands over each row in turn; where the rows cannot be read together, halves them until the bad ones are alone. */
async function readRows(
  table: SpectraTable,
  start: number,
  end: number,
  take: (row: number, read: () => TableRow) => void,
): Promise<void> {
  let data: SpectraTableData;
  try {
    data = await table.read(start, end);
  } catch (error) {
    if (!(error instanceof PoolError)) throw error;
    if (end - start === 1) {
      take(start, () => {
        throw error;
      });
      return;
    }
    const middle = start + Math.ceil((end - start) / 2);
    await readRows(table, start, middle, take);
    await readRows(table, middle, end, take);
    return;
  }
  for (let i = 0; i < end - start; i++) take(start + i, () => rowOf(data, i));
}

type TableRow = { [K in keyof SpectraTableData]: SpectraTableData[K][number] };

const rowOf = (data: SpectraTableData, i: number): TableRow =>
  Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values[i]])) as TableRow;

/** @throws UnusableInput */
function spectrumOf(row: TableRow, place: string, chosen: string): Spectrum {
  const where = { file: place };
  const { id, wavelength, flux, designation, obsid, ra, dec, snr, class: surveyClass, subclass, mjd } = row;
  if (wavelength === null) throw new UnusableInput('bad-wavelength', 'The row has no wavelengths', where);
  if (flux === null) throw new UnusableInput('no-flux', 'The row has no flux', where);
  if (flux.length !== wavelength.length) {
    const message = `The row has ${wavelength.length} wavelengths and ${flux.length} fluxes: each pixel needs one of each`;
    throw new UnusableInput('corrupt', message, where);
  }
  for (let i = 0; i < wavelength.length; i++) {
    if (i === 0 ? Number.isFinite(wavelength[0]) : wavelength[i]! > wavelength[i - 1]!) continue;
    throw new UnusableInput('bad-wavelength', `Wavelengths do not ascend at pixel ${i}: sort the pixels`, where);
  }
  return {
    id: id ?? '',
    survey: surveyOf(row.survey ?? (chosen === 'auto' ? 'other' : chosen), where),
    medium: mediumOf(row.medium ?? 'vacuum', where),
    wavelength,
    flux: Float64Array.from(flux),
    metadata: { ...NO_METADATA, designation, obsid, ra, dec, snr, class: surveyClass, subclass, mjd },
  };
}

function surveyOf(name: string, where: { file: string }): Survey {
  const survey = SURVEYS.find((known) => known === name);
  if (survey !== undefined) return survey;
  const message = `The survey is '${name}', and surveys are ${SURVEYS.join(', ')}: write 'other' for any further one`;
  throw new UnusableInput('unknown-format', message, where);
}

function mediumOf(name: string, where: { file: string }): Medium {
  if (name === 'air' || name === 'vacuum') return name;
  throw new UnusableInput('bad-wavelength', `The medium is '${name}': write air or vacuum`, where);
}
