import { parquetMetadata } from 'hyparquet';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { PoolError } from '../pool-error.ts';
import type { ByteSource } from './byte-source.ts';

/** Bytes at the end of a file that are read first; most footers fit. */
const FOOTER_GUESS = 1 << 16;
/** Bytes after the footer: its length and the magic. */
const TRAILER = 8;
/** "PAR1", at both ends of every Parquet file, little endian. */
const MAGIC = 0x31524150;

/**
 * Reads the footer, in one read if it is short. String bounds in its statistics stay bytes (see row-group-bounds.ts).
 * Errors: PoolError 'not-parquet' if the trailer is missing; anything else for a footer that does not decode.
 */
export async function readFooter(source: ByteSource): Promise<FileMetaData> {
  const { size } = source;
  if (size < TRAILER + 4) {
    throw new PoolError(
      'not-parquet',
      `Not a Parquet file: ${size} bytes are too few. Check that the copy is complete.`,
    );
  }
  const guess = Math.min(size, FOOTER_GUESS);
  let tail = await source.read(size - guess, guess);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  if (tail.byteLength !== guess || view.getUint32(guess - 4, true) !== MAGIC) {
    throw new PoolError('not-parquet', 'Not a Parquet file, or one cut off: it does not end with PAR1. Copy it again.');
  }
  const length = view.getUint32(guess - TRAILER, true);
  if (length + TRAILER + 4 > size) {
    throw new PoolError(
      'not-parquet',
      `The footer of ${length} bytes is longer than the file of ${size}. Copy it again.`,
    );
  }
  if (length + TRAILER > guess) tail = await source.read(size - length - TRAILER, length + TRAILER);
  const footer = parquetMetadata(tail, { geoparquet: false, parsers: { stringFromBytes: (bytes) => bytes } });
  checkFooter(footer, size);
  return footer;
}

/** Refuses column chunks that reach beyond the file, before anything is read or allocated after them. */
function checkFooter(footer: FileMetaData, size: number): void {
  if (!footer.schema[0]?.num_children) throw new Error('it names no columns');
  for (const { columns, num_rows } of footer.row_groups) {
    if (num_rows < 0n) throw new Error(`a row group of ${num_rows} rows`);
    for (const { meta_data, file_path } of columns) {
      if (file_path) throw new Error('unsupported: columns in other files');
      if (!meta_data?.type) throw new Error('a column chunk without metadata');
      const start = Number(meta_data.dictionary_page_offset || meta_data.data_page_offset);
      const length = Number(meta_data.total_compressed_size);
      if (!(start >= 0 && length >= 0 && start + length <= size))
        throw new Error('a column chunk lies beyond the file');
      // Every row takes a slot in every column.
      if (meta_data.num_values < num_rows) throw new Error(`${meta_data.num_values} values in ${num_rows} rows`);
    }
  }
}

/** The source as hyparquet takes it. */
export function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: async (start, end = source.size) => {
      const bytes = await source.read(start, end - start);
      const { buffer, byteOffset, byteLength } = bytes;
      const whole = byteOffset === 0 && byteLength === buffer.byteLength;
      return whole && buffer instanceof ArrayBuffer ? buffer : new Uint8Array(bytes).buffer;
    },
  };
}
