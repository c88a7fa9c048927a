import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Catalogue } from '@spectrawl/spectra';
import { ServiceError } from '@spectrawl/grpc';

/** MiB that reading a catalogue may take. */
const MEMORY = 4096;

export interface CatalogueToRead {
  /** The file as it was sent. */
  from: string;
  /** Where its positions go: Parquet with row, ra, dec, name. */
  to: string;
  columns: { ra: string; dec: string; name: string };
  maxBytes: number;
}

/** What a catalogue holds, besides the positions that were written. */
export type CatalogueFacts = Pick<Catalogue, 'format' | 'rows' | 'rejected' | 'problems' | 'columns'> & {
  positions: number;
};
export type CatalogueAnswer = CatalogueFacts | { refused: string };

/** Reads a catalogue in a thread of its own. @throws {ServiceError} BAD_CATALOGUE */
export async function readCatalogueFile(request: CatalogueToRead): Promise<CatalogueFacts> {
  // The same module as a source and as it is compiled.
  const extension = extname(import.meta.url);
  const thread = new Worker(new URL(`./catalogue-thread${extension}`, import.meta.url), {
    workerData: request,
    execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY },
  });
  try {
    const [answer] = (await once(thread, 'message')) as [CatalogueAnswer];
    if ('refused' in answer) throw new ServiceError('BAD_CATALOGUE', answer.refused);
    return answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
      throw new ServiceError(
        'BAD_CATALOGUE',
        'the catalogue does not fit into memory: leave out columns that are not needed',
      );
    }
    throw error;
  } finally {
    await thread.terminate();
  }
}
