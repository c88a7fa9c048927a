import type { FitsError, FitsErrorReason } from './fits/fits-error.ts';

/** Why an input cannot be used: the reasons under which ingestion keeps it in quarantine. */
export const UNUSABLE_REASONS = [
  /** The bytes are no FITS file. */
  'not-fits',
  /** The file ends too early. */
  'truncated',
  /** The file is damaged, or contradicts itself. */
  'corrupt',
  /** The file is larger than the limit. */
  'too-large',
  /** FITS, but laid out as no registered loader knows it. */
  'unknown-format',
  /** The file holds no flux values. */
  'no-flux',
  /** Wavelengths are missing, not finite or not strictly ascending. */
  'bad-wavelength',
  /** Flux around Hα is not a number. */
  'nan-flux',
  /** Flux around Hα is the same everywhere. */
  'flat-flux',
  /** Wavelengths do not cover the feature grid. */
  'coverage-too-short',
] as const;

/** One of {@link UNUSABLE_REASONS}. */
export type UnusableReason = (typeof UNUSABLE_REASONS)[number];

/** Where an unusable input lies. */
export interface InputPlace {
  /** The file, as the caller named it. */
  readonly file?: string;
  /** Index of the HDU. */
  readonly hdu?: number;
  /** Index of the table row or image row. */
  readonly row?: number;
  /** Id of the spectrum. */
  readonly spectrum?: string;
}

/** An input that cannot be used, and why. The message says what was wrong, where, and what to do. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput';
  readonly reason: UnusableReason;
  readonly where: InputPlace;

  constructor(reason: UnusableReason, message: string, where: InputPlace = {}, options?: ErrorOptions) {
    super(`${describePlace(where)}${message}`, options);
    this.reason = reason;
    this.where = where;
  }
}

function describePlace({ file, hdu, row, spectrum }: InputPlace): string {
  const parts: string[] = [];
  if (file !== undefined) parts.push(file);
  else if (spectrum !== undefined) parts.push(spectrum);
  if (hdu !== undefined) parts.push(`HDU ${hdu}`);
  if (row !== undefined) parts.push(`row ${row}`);
  return parts.length === 0 ? '' : `${parts.join(', ')}: `;
}

const REASON_OF_FITS_ERROR: Readonly<Record<FitsErrorReason, UnusableReason>> = {
  'not-fits': 'not-fits',
  truncated: 'truncated',
  corrupt: 'corrupt',
  'too-large': 'too-large',
  'not-found': 'unknown-format',
  unwritable: 'corrupt',
};

/** A FITS error as an unusable input. */
export function unusableFits(error: FitsError, file: string): UnusableInput {
  const where = { file, ...(error.hdu !== undefined && { hdu: error.hdu }) };
  return new UnusableInput(REASON_OF_FITS_ERROR[error.reason], error.message, where, { cause: error });
}
