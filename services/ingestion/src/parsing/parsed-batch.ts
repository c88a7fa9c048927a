import type { Medium, Survey } from '@spectrawl/spectra';

/** Where the pixels of a spectrum lie: byte offsets of float64 wavelengths, float32 flux and float32 uncertainty. */
export interface PixelPlace {
  /** Pixels. */
  count: number;
  wavelength: number;
  flux: number;
  /** -1 where the survey gives none. */
  uncertainty: number;
}

/** What a shard says of a spectrum beside its features. */
export interface SpectrumFacts {
  id: string;
  survey: Survey;
  medium: Medium;
  /** The file, as the user knows it. */
  source: string;
  designation: string | null;
  obsid: bigint | null;
  /** Degrees, ICRS. */
  ra: number | null;
  dec: number | null;
  snr: number | null;
  class: string | null;
  subclass: string | null;
  mjd: number | null;
}

/** A spectrum that can be stored. */
export interface ParsedSpectrum extends SpectrumFacts {
  kind: 'spectrum';
  /** First 128 bits of the SHA-256 of wavelengths and flux as stored, hexadecimal. */
  contentHash: string;
  /** In the batch's `pixels`. */
  place: PixelPlace;
  /** Row of the batch's `features`. */
  row: number;
}

/** An input that cannot be used, and why. */
export interface UnusableParsed {
  kind: 'unusable';
  /** The file, with the row where that says more. */
  source: string;
  /** Stable, for programs. */
  reason: string;
  /** What was wrong, where, and what to do. */
  message: string;
}

export type ParsedInput = ParsedSpectrum | UnusableParsed;

/** Inputs as a parsing thread hands them over. */
export interface ParsedBatch {
  /** In the order in which they came. */
  inputs: ParsedInput[];
  /** spectra × 140 features, row-major. */
  features: Float32Array<ArrayBuffer>;
  /** Pixels of all spectra. */
  pixels: Uint8Array<ArrayBuffer>;
}

/** An input that stands for a whole batch. */
export function batchOf(input: UnusableParsed): ParsedBatch {
  return { inputs: [input], features: new Float32Array(0), pixels: new Uint8Array(0) };
}
