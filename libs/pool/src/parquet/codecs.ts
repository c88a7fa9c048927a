import { brotliDecompressSync, constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { snappyUncompress } from 'hyparquet';

/** Zstandard level 3, its own default: near the best size here, at several hundred MB/s. */
const ZSTD_PARAMETERS = { [constants.ZSTD_c_compressionLevel]: 3 };

/** One page compressed with Zstandard. */
export const compressPage = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: ZSTD_PARAMETERS, chunkSize: chunkSize(bytes.byteLength) });

// A bound on the output, so that a corrupt page cannot expand beyond what its header says.
const limits = (size: number) => ({ chunkSize: chunkSize(size), maxOutputLength: Math.max(1, size) });

// zlib hands out its answer in pieces of chunkSize and joins them: one piece of the right size saves the copies.
const chunkSize = (size: number) => Math.max(64, size + 64);

/** Decompressors by the codec name of the Parquet footer; `size` is the uncompressed size in bytes. */
export const decompressors: Readonly<Record<string, (bytes: Uint8Array, size: number) => Uint8Array>> = {
  ZSTD: (bytes, size) => zstdDecompressSync(bytes, limits(size)),
  GZIP: (bytes, size) => gunzipSync(bytes, limits(size)),
  BROTLI: (bytes, size) => brotliDecompressSync(bytes, limits(size)),
  SNAPPY: (bytes, size) => {
    const page = new Uint8Array(size);
    snappyUncompress(bytes, page);
    return page;
  },
};

/** The plain bytes of one page. Errors: an unknown codec, bytes that do not decompress to `size`. */
export function decompressPage(codec: string, bytes: Uint8Array, size: number): Uint8Array {
  if (codec === 'UNCOMPRESSED') return bytes;
  const decompress = decompressors[codec];
  if (!decompress)
    throw new Error(`unsupported compression ${codec}; write it with zstd, snappy, gzip, brotli or none`);
  const page = decompress(bytes, size);
  if (page.byteLength !== size) throw new Error(`a page of ${size} bytes decompressed to ${page.byteLength}`);
  return page;
}
