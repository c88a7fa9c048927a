import { PoolError } from '@spectrawl/pool';
import { loadSpectra } from '@spectrawl/spectra';
import { BatchBuilder } from './batch-builder.ts';
import type { ParsedBatch } from './parsed-batch.ts';

/** Survey files, one behind the other in `bytes`. */
export interface FilesToParse {
  /** A survey or a loader, or 'auto'. */
  survey: string;
  /** Largest file after gunzip, in bytes. */
  maxFileBytes: number;
  files: { path: string; offset: number; length: number }[];
  bytes: Uint8Array<ArrayBuffer>;
}

/** Reads survey files other than tables in Parquet: one input for each spectrum, or one for a file that holds none that can be read. */
export function parseFiles({ survey, maxFileBytes, files, bytes }: FilesToParse): ParsedBatch {
  const batch = new BatchBuilder();
  for (const { path, offset, length } of files) {
    try {
      if (/\.parquet$/i.test(path)) throw new PoolError('not-parquet', 'It does not begin with PAR1: fetch it again');
      const file = bytes.subarray(offset, offset + length);
      const spectra = loadSpectra(file, { path, survey, maxBytes: maxFileBytes });
      for (const spectrum of spectra) batch.add(spectrum, path, spectra.length > 1 ? spectrum.id : path);
    } catch (error) {
      batch.refuse(error, path);
    }
  }
  return batch.finish();
}
