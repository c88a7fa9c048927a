// The thread that turns a Parquet table into VOTable or FITS, off the event loop.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { bytesSource, column, readTable } from '@spectrawl/pool';
import { votablePieces, writeFitsCatalogue, type VotableCell, type VotableTable } from '@spectrawl/spectra';
import type { TableToWrite } from './write-table-file.ts';

/** Characters that are written at a time. */
const WRITTEN_AT_ONCE = 1 << 20;

const { from, to, format, description } = workerData as TableToWrite;

/** What stands in the Parquet file for a datatype of the table. */
const STORED = {
  text: column.optional(column.string),
  boolean: column.optional(column.boolean),
  float: column.optional(column.float32),
  double: column.optional(column.float64),
};

async function table(): Promise<VotableTable> {
  const { fields } = description;
  const schema = Object.fromEntries(
    fields.map(({ name, datatype }) => [name, STORED[datatype as keyof typeof STORED]]),
  );
  const columns = await readTable(bytesSource(readFileSync(from)), schema);
  const cells = fields.map(({ name }) => columns[name] as ArrayLike<VotableCell>);
  const rows = Array.from({ length: cells[0]?.length ?? 0 }, (_, row) => cells.map((column) => column[row] ?? null));
  return { ...description, rows };
}

function writeVotableFile(written: VotableTable): void {
  const file = openSync(to, 'w');
  try {
    let text = '';
    for (const piece of votablePieces(written)) {
      text += piece;
      if (text.length < WRITTEN_AT_ONCE) continue;
      writeSync(file, text);
      text = '';
    }
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

const written = await table();
if (format === 'fits') writeFileSync(to, writeFitsCatalogue(written));
else writeVotableFile(written);
parentPort?.postMessage('written');
