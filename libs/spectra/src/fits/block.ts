/** A FITS file is a sequence of 2880-byte blocks (FITS standard 4.0, section 3.1). */
export const BLOCK_BYTES = 2880;

/** A header is a sequence of 80-character cards (section 3.2). */
export const CARD_BYTES = 80;

/** Bytes that a unit of `bytes` bytes takes in the file: whole blocks. */
export function paddedBytes(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
}
