import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { ImportLabelsRequestSchema } from '@spectrawl/contracts';
import { CsvError, parse } from 'csv-parse';

/** Labels of one message: the contract's limit. */
const ROWS = 1000;

/** A table of labels that can't be read; the message names the line. */
export class BadTable extends Error {
  override readonly name = 'BadTable';
}

/** What a table of labels is imported as. */
export interface LabelImport {
  /** Makes a retry return the first answer. */
  requestId: string;
  poolId: string;
  /** Name under which the log keeps them. */
  annotator: string;
  /** Names of the columns with the spectrum and with its class. */
  columns: { id: string; class: string };
}

/**
 * The rows of a CSV table with a header, as the messages of an import of labels. A spectrum that is named twice with the same class
 * counts once.
 * @throws {BadTable} naming the column or the line that is wrong
 */
export async function* labelsAsMessages(
  table: NodeJS.ReadableStream,
  { requestId, poolId, annotator, columns }: LabelImport,
): AsyncGenerator<MessageInitShape<typeof ImportLabelsRequestSchema>> {
  yield create(ImportLabelsRequestSchema, { payload: { case: 'open', value: { requestId, poolId, annotator } } });
  let rows: { spectrumId: string; class: string }[] = [];
  for await (const row of rowsOf(table, columns)) {
    rows.push(row);
    if (rows.length < ROWS) continue;
    yield create(ImportLabelsRequestSchema, { payload: { case: 'rows', value: { rows } } });
    rows = [];
  }
  if (rows.length > 0) yield create(ImportLabelsRequestSchema, { payload: { case: 'rows', value: { rows } } });
}

async function* rowsOf(table: NodeJS.ReadableStream, columns: LabelImport['columns']) {
  const records = table.pipe(parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, info: true }));
  const classes = new Map<string, string>();
  try {
    for await (const { record, info } of records as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      const spectrumId = record[columns.id];
      const name = record[columns.class];
      if (spectrumId === undefined || name === undefined)
        throw new BadTable(
          `the table has no column "${spectrumId === undefined ? columns.id : columns.class}": it has ${Object.keys(record).join(', ')}`,
        );
      if (spectrumId === '' || name === '') throw new BadTable(`line ${info.lines}: an id or a class is empty`);
      const before = classes.get(spectrumId);
      if (before !== undefined && before !== name)
        throw new BadTable(`line ${info.lines}: "${spectrumId}" was ${before} before, and is ${name} here`);
      if (before !== undefined) continue;
      classes.set(spectrumId, name);
      yield { spectrumId, class: name };
    }
  } catch (error) {
    throw error instanceof CsvError ? new BadTable(error.message) : error;
  }
  if (classes.size === 0) throw new BadTable('the table has no rows: it needs a header and a line for each label');
}
