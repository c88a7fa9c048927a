/** A complex number of a header card or of a `C` or `M` table cell. */
export interface Complex {
  readonly real: number;
  readonly imaginary: number;
}

/**
 * Value of a header card: integers beyond ±2^53 are bigint, `null` is FITS's "undefined" (no value after `= `).
 */
export type CardValue = string | number | bigint | boolean | Complex | null;

/** One keyword of a header, with CONTINUE cards already joined. */
export interface Card {
  /** Upper-case keyword; for HIERARCH cards the words after HIERARCH; '' for blank commentary cards. */
  readonly keyword: string;
  /** Absent in commentary cards (COMMENT, HISTORY, blank), whose text is `comment`. */
  readonly value?: CardValue;
  /** Text after the slash, or the text of a commentary card. */
  readonly comment?: string;
  /** Set for a number that was or shall be written as floating point although it is whole (`1.0`). */
  readonly float?: boolean;
}
