import type { UnusableParsed } from '../parsing/parsed-batch.ts';
import type { RowBuffer } from './row-buffer.ts';
import { noCounts } from './upload-counts.ts';

/** An input that is refused, and how it is known when it is sent again. */
export interface Refusal extends UnusableParsed {
  fingerprint: string;
}

/** What an upload has taken in and will commit together. */
export class Gathering {
  /** Number that the rows' shard will have. */
  readonly shard: number;
  readonly rows: RowBuffer;
  readonly refusals = new Map<string, Refusal>();
  readonly counts = noCounts();

  constructor(shard: number, rows: RowBuffer) {
    this.shard = shard;
    this.rows = rows;
  }
}
