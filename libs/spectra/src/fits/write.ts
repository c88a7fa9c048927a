import { BLOCK_BYTES, CARD_BYTES, paddedBytes } from './block.ts';
import { formatCard } from './card.ts';
import type { Card } from './card.ts';
import { addSums, BLANK_CHECKSUM, CHECKSUM, DATASUM, encodeChecksum, onesComplementSum } from './checksum.ts';
import { FitsError } from './fits-error.ts';
import { PIXEL_CODE } from './image.ts';
import type { Bitpix } from './image.ts';
import { encodeNumbers, hasOtherSign, SIGN_OFFSET } from './numbers.ts';
import type { FitsNumbers } from './numbers.ts';
import { encodeTable } from './write-table.ts';
import type { FitsColumnInput } from './write-table.ts';

/**
 * An image HDU to write. Structural keywords (NAXIS, BITPIX, …) are made from the fields, and left out of `header`
 * where they stand in it, so that the header of a file that was read can be given as it is.
 */
export interface FitsImageInput {
  readonly kind: 'image';
  readonly header?: readonly Card[];
  readonly bitpix: Bitpix;
  /** Lengths of the axes, fastest first (NAXIS1, NAXIS2, …); empty for an HDU without data. */
  readonly axes: readonly number[];
  /**
   * Pixels as stored, fastest axis first, as many as the product of `axes`. Unsigned arrays of 16, 32 and 64 bits and
   * signed ones of 8 bits are stored with the standard's BZERO.
   */
  readonly data: FitsNumbers | readonly number[];
}

/** A binary table HDU to write; of `header` the same holds as for images. */
export interface FitsTableInput {
  readonly kind: 'table';
  readonly header?: readonly Card[];
  readonly columns: readonly FitsColumnInput[];
}

/** An HDU to write. */
export type FitsHduInput = FitsImageInput | FitsTableInput;

const STRUCTURAL =
  /^(SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|TFIELDS|THEAP|END|CHECKSUM|DATASUM|T(TYPE|FORM|UNIT|DIM|NULL|SCAL|ZERO)\d+)$/;

/**
 * Writes a FITS file with correct CHECKSUM and DATASUM in every HDU. Where the first HDU is a table, an empty
 * primary HDU is put before it.
 * @throws FitsError 'unwritable' where the input does not fit into FITS
 */
export function writeFits(hdus: readonly FitsHduInput[]): Uint8Array {
  const primary: FitsImageInput = { kind: 'image', bitpix: 8, axes: [], data: [] };
  const all = hdus[0]?.kind === 'image' ? hdus : [primary, ...hdus];
  const units = all.map((hdu, index) => encodeHdu(hdu, index, all.length));
  const file = new Uint8Array(units.reduce((sum, { header, data }) => sum + header.length + data.length, 0));
  let offset = 0;
  for (const { header, data } of units) {
    file.set(header, offset);
    file.set(data, offset + header.length);
    offset += header.length + data.length;
  }
  return file;
}

interface EncodedHdu {
  readonly header: Uint8Array;
  readonly data: Uint8Array;
}

function encodeHdu(hdu: FitsHduInput, index: number, count: number): EncodedHdu {
  try {
    const { structure, data } = hdu.kind === 'image' ? encodeImage(hdu, index, count) : encodeTable(hdu.columns);
    const given = (hdu.header ?? []).filter(({ keyword }) => !STRUCTURAL.test(keyword));
    return withChecksums([...structure, ...given], data);
  } catch (error) {
    if (!(error instanceof FitsError) || error.hdu !== undefined) throw error;
    const place = { hdu: index, ...(error.card !== undefined && { card: error.card }) };
    throw new FitsError(error.reason, error.plainMessage, place, { cause: error });
  }
}

function encodeImage(image: FitsImageInput, index: number, count: number): { structure: Card[]; data: Uint8Array } {
  const { bitpix, axes, data } = image;
  const pixels = axes.length === 0 ? 0 : axes.reduce((product, length) => product * length, 1);
  if (pixels !== data.length || !axes.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw new FitsError('unwritable', `Axes of ${axes.join(' × ')} pixels do not fit ${data.length} values`);
  }
  const code = PIXEL_CODE[bitpix];
  const structure: Card[] = [
    index === 0
      ? { keyword: 'SIMPLE', value: true, comment: 'conforms to FITS standard' }
      : { keyword: 'XTENSION', value: 'IMAGE', comment: 'image extension' },
    { keyword: 'BITPIX', value: bitpix, comment: 'bits of a pixel' },
    { keyword: 'NAXIS', value: axes.length, comment: 'number of axes' },
    ...axes.map((length, i) => ({ keyword: `NAXIS${i + 1}`, value: length })),
  ];
  if (index > 0) structure.push({ keyword: 'PCOUNT', value: 0 }, { keyword: 'GCOUNT', value: 1 });
  else if (count > 1) structure.push({ keyword: 'EXTEND', value: true, comment: 'extensions follow' });
  if (hasOtherSign(data, code)) {
    const scaling = (image.header ?? []).find(({ keyword }) => keyword === 'BZERO' || keyword === 'BSCALE');
    if (scaling !== undefined) {
      const message = 'BZERO is needed for the signedness of the data: leave BSCALE and BZERO out of the header';
      throw new FitsError('unwritable', message, { card: scaling.keyword });
    }
    structure.push(
      { keyword: 'BSCALE', value: 1 },
      { keyword: 'BZERO', value: SIGN_OFFSET[code as keyof typeof SIGN_OFFSET], comment: 'offset of the signedness' },
    );
  }
  return { structure, data: encodeNumbers(data, code, 'Image') };
}

function withChecksums(cards: readonly Card[], unit: Uint8Array): EncodedHdu {
  const data = new Uint8Array(paddedBytes(unit.length));
  data.set(unit);
  const dataSum = onesComplementSum(data);
  const images = cards.flatMap(formatCard);
  const checksumCard = images.length;
  images.push(
    ...formatCard({ keyword: CHECKSUM, value: BLANK_CHECKSUM, comment: 'HDU checksum' }),
    ...formatCard({ keyword: DATASUM, value: String(dataSum), comment: 'data unit checksum' }),
    'END'.padEnd(CARD_BYTES),
  );
  const text = images.join('');
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK_BYTES) * BLOCK_BYTES), 'latin1');
  const sum = addSums(onesComplementSum(header), dataSum);
  header.write(encodeChecksum(sum), checksumCard * CARD_BYTES + "CHECKSUM= '".length, 'latin1');
  return { header, data };
}
