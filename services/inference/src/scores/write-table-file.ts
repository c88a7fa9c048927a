import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { VotableTable } from '@spectrawl/spectra';

/** MiB that writing a table may take. */
const MEMORY = 4096;

export interface TableToWrite {
  /** A Parquet file with the columns that the description names. */
  from: string;
  to: string;
  format: 'votable' | 'fits';
  description: Omit<VotableTable, 'rows'>;
}

/** Turns a Parquet table into VOTable or FITS, in a thread of its own. */
export async function writeTableFile(request: TableToWrite): Promise<void> {
  // The same module as a source and as it is compiled.
  const extension = extname(import.meta.url);
  const thread = new Worker(new URL(`./table-thread${extension}`, import.meta.url), {
    workerData: request,
    execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  try {
    await once(thread, 'message');
  } finally {
    await thread.terminate();
  }
}
