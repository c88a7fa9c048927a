/** The beginning of a CSV table. */
export interface CsvHead {
  columns: string[];
  /** A few of the first rows. */
  rows: string[][];
}

const ROWS = 5;

/** Bytes that hold a header and a few rows. */
export const HEAD_BYTES = 64 * 1024;

/** Reads the header and the first rows of a CSV table (RFC 4180); what is cut at the end of the text is left out. */
export function readCsvHead(text: string): CsvHead {
  const [columns = [], ...rows] = records(text.replace(/^\uFEFF/, ''), ROWS + 1);
  return { columns: columns.map((name) => name.trim()), rows };
}

function records(text: string, most: number): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  let field = '';
  let isQuoted = false;
  const endRecord = (): void => {
    record.push(field);
    field = '';
    if (record.length > 1 || record[0]?.trim() !== '') found.push(record);
    record = [];
  };
  for (let at = 0; at < text.length && found.length < most; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      record.push(field);
      field = '';
    } else if (character === '\n') endRecord();
    else if (character !== '\r') field += character;
  }
  // The last line of a short table may lack its end; one of a long table was cut.
  if (found.length < most && (field !== '' || record.length > 0) && text.length < HEAD_BYTES) endRecord();
  return found;
}

const ID_NAMES = ['id', 'spectrum_id', 'spectrum', 'name', 'file', 'obsid'];
const CLASS_NAMES = ['class', 'label', 'type'];

/** The columns that most likely hold the spectrum and its class; empty where none does. */
export function likelyColumns(columns: readonly string[]): { id: string; class: string } {
  const likely = (names: readonly string[]): string =>
    names
      .map((name) => columns.find((column) => column.toLowerCase() === name))
      .find((column) => column !== undefined) ?? '';
  return { id: likely(ID_NAMES), class: likely(CLASS_NAMES) };
}
