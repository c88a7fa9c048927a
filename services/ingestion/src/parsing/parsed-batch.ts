import type { Medium, Survey } from '@spectrawl/spectra';

/** What a shard says of a spectrum beside its features. It travels as JSON, so the number of the observation is text. */
export interface SpectrumFacts {
  id: string;
  survey: Survey;
  medium: Medium;
  /** The file, as the user knows it. */
  source: string;
  designation: string | null;
  /** An int64 in decimal digits. */
  obsid: string | null;
  /** Degrees, ICRS. */
  ra: number | null;
  dec: number | null;
  snr: number | null;
  class: string | null;
  subclass: string | null;
  mjd: number | null;
}

/** A spectrum that can be stored. */
export interface ParsedSpectrum {
  kind: 'spectrum';
  id: string;
  survey: Survey;
  source: string;
  /** First 128 bits of the SHA-256 of wavelengths and flux as stored, hexadecimal. */
  contentHash: string;
  /** Row of the batch's features and places. */
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
  /** Facts and pixels of the spectra. */
  block: Uint8Array<ArrayBuffer>;
  /** Where in the block those of each spectrum lie, as row-places.ts has it. */
  places: Float64Array<ArrayBuffer>;
}

/** An input that stands for a whole batch. */
export function batchOf(input: UnusableParsed): ParsedBatch {
  return {
    inputs: [input],
    features: new Float32Array(0),
    block: new Uint8Array(0),
    places: new Float64Array(0),
  };
}
