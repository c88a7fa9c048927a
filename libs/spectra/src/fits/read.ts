import { gunzipSync } from 'node:zlib';
import { FitsAsciiTable } from './ascii-table.ts';
import { paddedBytes } from './block.ts';
import { CHECKSUM, DATASUM, MINUS_ZERO, addSums, onesComplementSum } from './checksum.ts';
import { FitsError } from './fits-error.ts';
import { readHeader } from './header.ts';
import type { FitsHeader } from './header.ts';
import { FitsImage, PIXEL_CODE } from './image.ts';
import type { Bitpix } from './image.ts';
import { FitsTable } from './table.ts';

/** An HDU that holds neither image nor table: random groups, or an extension of an unknown kind. */
export interface FitsOther {
  readonly kind: 'other';
  readonly index: number;
  readonly header: FitsHeader;
  readonly name: string;
  /** The data unit as it stands. */
  readonly data: Uint8Array;
}

/** One header and data unit. */
export type FitsHdu = FitsImage | FitsTable | FitsAsciiTable | FitsOther;

/** Something odd that does not keep the file from being read. */
export interface FitsWarning {
  readonly kind: 'checksum-mismatch' | 'datasum-mismatch' | 'missing-padding' | 'trailing-bytes';
  readonly hdu: number;
  readonly message: string;
}

/** A FITS file whose headers have been read and whose data wait to be asked for. */
export interface FitsFile {
  /** At least one. */
  readonly hdus: readonly [FitsImage | FitsOther, ...FitsHdu[]];
  readonly warnings: readonly FitsWarning[];
}

/** How to read. */
export interface ReadFitsOptions {
  /** The largest file to take, in bytes after gunzip. */
  readonly maxBytes?: number;
  /** What to do where CHECKSUM or DATASUM is wrong: say so, refuse the file, or not look. */
  readonly checksums?: 'warn' | 'refuse' | 'ignore';
}

/** Larger than any single spectrum and than most tables of them, and small enough to hold in memory. */
export const DEFAULT_MAX_BYTES = 2 ** 30;

const MAX_AXES = 999;
const MAX_FIELDS = 999;

/**
 * Reads a FITS file (FITS standard 4.0), gzipped or not. Headers are read at once, data when asked for.
 * @throws FitsError 'not-fits', 'truncated', 'corrupt' or 'too-large'
 */
export function readFits(bytes: Uint8Array, options: ReadFitsOptions = {}): FitsFile {
  const { maxBytes = DEFAULT_MAX_BYTES, checksums = 'warn' } = options;
  const file = plainBytes(bytes, maxBytes);
  if (file.toString('latin1', 0, 8) !== 'SIMPLE  ') {
    const found = file.length === 0 ? 'the file is empty' : 'it does not begin with SIMPLE';
    throw new FitsError('not-fits', `Not a FITS file: ${found}. Check that the download is a FITS file`, { offset: 0 });
  }
  const hdus: FitsHdu[] = [];
  const warnings: FitsWarning[] = [];
  let offset = 0;
  while (offset < file.length) {
    const hdu = hdus.length;
    if (hdu > 0 && file.toString('latin1', offset, offset + 8) !== 'XTENSION') {
      const message = `${file.length - offset} bytes behind HDU ${hdu - 1} are no HDU and were not read`;
      warnings.push({ kind: 'trailing-bytes', hdu: hdu - 1, message });
      break;
    }
    const { header, end } = readHeader(file, offset, hdu);
    const size = dataBytes(header);
    if (end + size > file.length) {
      const message = `The header announces ${size} bytes of data and the file holds ${file.length - end}: fetch it again`;
      throw new FitsError('truncated', message, { hdu, offset: file.length });
    }
    const next = end + paddedBytes(size);
    if (next > file.length) {
      warnings.push({ kind: 'missing-padding', hdu, message: `HDU ${hdu} ends without its padding` });
    } else if (checksums !== 'ignore') {
      warnings.push(...verifySums(file, header, hdu, offset, end, next));
    }
    hdus.push(makeHdu(hdu, header, file.subarray(end, end + size)));
    offset = next;
  }
  const mismatch = warnings.find(({ kind }) => kind === 'checksum-mismatch' || kind === 'datasum-mismatch');
  if (checksums === 'refuse' && mismatch !== undefined) {
    throw new FitsError('corrupt', `${mismatch.message}: fetch the file again`, { hdu: mismatch.hdu });
  }
  return { hdus: hdus as [FitsImage | FitsOther, ...FitsHdu[]], warnings };
}

function plainBytes(bytes: Uint8Array, maxBytes: number): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    if (code === 'Z_BUF_ERROR') {
      throw new FitsError('truncated', 'The gzipped file ends too early: fetch it again', {}, { cause });
    }
    throw new FitsError('corrupt', 'The gzipped file is damaged: fetch it again', {}, { cause });
  }
}

function tooLarge(maxBytes: number): FitsError {
  return new FitsError('too-large', `The file holds more than ${maxBytes} bytes: raise the limit or split the file`);
}

/** Size of the data unit in bytes, without padding (FITS standard 4.0, equation 2). */
function dataBytes(header: FitsHeader): number {
  const bitpix = bitpixOf(header);
  const axes = axesOf(header);
  if (axes.length === 0) return 0;
  const groups = isRandomGroups(header, axes);
  const elements = (groups ? axes.slice(1) : axes).reduce((product, length) => product * length, 1);
  const size = (Math.abs(bitpix) / 8) * header.size('GCOUNT', 1) * (header.size('PCOUNT', 0) + elements);
  if (!Number.isSafeInteger(size)) throw header.corrupt('NAXIS', 'The axes announce an impossible amount of data');
  return size;
}

function isRandomGroups(header: FitsHeader, axes: readonly number[]): boolean {
  return axes[0] === 0 && header.get('GROUPS') === true;
}

function bitpixOf(header: FitsHeader): Bitpix {
  const bitpix = header.get('BITPIX');
  if (typeof bitpix === 'number' && Object.hasOwn(PIXEL_CODE, bitpix)) return bitpix as Bitpix;
  throw header.corrupt('BITPIX', `BITPIX must be 8, 16, 32, 64, -32 or -64`);
}

function axesOf(header: FitsHeader): readonly number[] {
  const count = header.size('NAXIS');
  if (count > MAX_AXES) throw header.corrupt('NAXIS', `NAXIS is ${count}, and at most ${MAX_AXES} are allowed`);
  return Array.from({ length: count }, (_, i) => header.size(`NAXIS${i + 1}`));
}

function makeHdu(index: number, header: FitsHeader, data: Uint8Array): FitsHdu {
  const extension = index === 0 ? 'IMAGE' : header.string('XTENSION')?.trim();
  const axes = axesOf(header);
  if ((extension === 'BINTABLE' || extension === 'A3DTABLE' || extension === 'TABLE') && axes.length === 2) {
    if (bitpixOf(header) !== 8) throw header.corrupt('BITPIX', 'BITPIX of a table must be 8');
    if (header.size('TFIELDS') > MAX_FIELDS)
      throw header.corrupt('TFIELDS', `At most ${MAX_FIELDS} columns are allowed`);
    return extension === 'TABLE' ? new FitsAsciiTable(index, header, data) : new FitsTable(index, header, data);
  }
  if ((extension === 'IMAGE' || extension === 'IUEIMAGE') && !isRandomGroups(header, axes)) {
    return new FitsImage(index, header, bitpixOf(header), axes, data);
  }
  return { kind: 'other', index, header, name: header.string('EXTNAME') ?? '', data };
}

function verifySums(
  file: Buffer,
  header: FitsHeader,
  hdu: number,
  from: number,
  data: number,
  to: number,
): readonly FitsWarning[] {
  if (!header.has(CHECKSUM) && !header.has(DATASUM)) return [];
  const warnings: FitsWarning[] = [];
  const dataSum = onesComplementSum(file.subarray(data, to));
  const stated = header.string(DATASUM)?.trim();
  if (stated !== undefined && Number(stated) !== dataSum) {
    const message = `DATASUM of HDU ${hdu} says ${stated}, the data sum to ${dataSum}`;
    warnings.push({ kind: 'datasum-mismatch', hdu, message });
  }
  const sum = addSums(onesComplementSum(file.subarray(from, data)), dataSum);
  if (header.string(CHECKSUM) !== undefined && sum !== MINUS_ZERO && sum !== 0) {
    const message = `CHECKSUM of HDU ${hdu} does not fit: header or data were changed`;
    warnings.push({ kind: 'checksum-mismatch', hdu, message });
  }
  return warnings;
}
