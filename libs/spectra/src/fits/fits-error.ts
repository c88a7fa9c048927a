/** What is wrong, as a closed list that callers can act on. */
export type FitsErrorReason =
  /** The bytes do not begin like a FITS file (after gunzip, where they were gzipped). */
  | 'not-fits'
  /** The bytes end before the header or the data that the header announces. */
  | 'truncated'
  /** A header or a data unit contradicts the standard or itself. */
  | 'corrupt'
  /** The header announces more than the caller's limit. */
  | 'too-large'
  /** Asked of the reader: an HDU, column or keyword that the file does not have. */
  | 'not-found'
  /** Given to the writer: something that FITS cannot hold. */
  | 'unwritable';

/** Where in a FITS file an error lies, as far as it is known. */
export interface FitsPlace {
  /** Index of the HDU, 0 for the primary. */
  readonly hdu?: number;
  /** Keyword of the header card. */
  readonly card?: string;
  /** Byte offset from the beginning of the (gunzipped) file. */
  readonly offset?: number;
}

/** The only error that reading or writing FITS throws. Its message says what was wrong, where, and what to do. */
export class FitsError extends Error {
  override readonly name = 'FitsError';
  readonly reason: FitsErrorReason;
  /** The message without the place, for errors that are thrown again with a better one. */
  readonly plainMessage: string;
  readonly hdu: number | undefined;
  readonly card: string | undefined;
  readonly offset: number | undefined;

  constructor(reason: FitsErrorReason, message: string, place: FitsPlace = {}, options?: ErrorOptions) {
    super(`${message}${describePlace(place)}`, options);
    this.reason = reason;
    this.plainMessage = message;
    this.hdu = place.hdu;
    this.card = place.card;
    this.offset = place.offset;
  }
}

function describePlace(place: FitsPlace): string {
  const parts: string[] = [];
  if (place.hdu !== undefined) parts.push(`HDU ${place.hdu}`);
  if (place.card !== undefined) parts.push(`card ${place.card}`);
  if (place.offset !== undefined) parts.push(`byte ${place.offset}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
