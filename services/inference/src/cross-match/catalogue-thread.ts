// The thread that reads a catalogue and writes its positions as Parquet, off the event loop.
import { readFileSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { column, writeTable } from '@spectrawl/pool';
import { CatalogueError, readCatalogue } from '@spectrawl/spectra';
import type { CatalogueAnswer, CatalogueToRead } from './read-catalogue-file.ts';

const { from, to, columns, maxBytes } = workerData as CatalogueToRead;

async function read(): Promise<CatalogueAnswer> {
  try {
    const { row, ra, dec, names, ...facts } = readCatalogue(readFileSync(from), { ...columns, maxBytes });
    const schema = { row: column.int64, ra: column.float64, dec: column.float64, name: column.string };
    writeFileSync(to, await writeTable(schema, { row: Array.from(row, BigInt), ra, dec, name: names }));
    return { ...facts, positions: row.length };
  } catch (error) {
    if (error instanceof CatalogueError) return { refused: error.message };
    throw error;
  }
}

parentPort?.postMessage(await read());
