import { createHash } from 'node:crypto';
import { extractFeatures, FEATURE_COUNT, type Spectrum } from '@spectrawl/spectra';
import type { ParsedBatch, ParsedInput, SpectrumFacts } from './parsed-batch.ts';
import { PLACE_NUMBERS, writePlace, type RowPlace } from './row-places.ts';
import { unusable, unusableOf } from './unusable.ts';

/** The contract's limit for one spectrum. */
const MOST_PIXELS = 100_000;
/** The contract's limit for a path, and so for an id made from it. */
const MOST_ID_CHARACTERS = 1024;
/** Bytes of a content hash: two of 4 million spectra meet by chance with a probability below 1e-25. */
const HASH_BYTES = 16;
/** Largest number of an observation that its column holds. */
const LARGEST_INT64 = 2n ** 63n - 1n;
// Control characters would make an id that looks like another one.
// eslint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f]/;

/** Collects the inputs of a batch: checks each spectrum, makes its features and packs the rest. */
export class BatchBuilder {
  readonly #inputs: ParsedInput[] = [];
  readonly #features: Float32Array[] = [];
  readonly #places: RowPlace[] = [];
  readonly #parts: Uint8Array[] = [];
  #bytes = 0;
  #lastWavelength: { values: Float64Array; offset: number } | undefined;

  /** Adds a spectrum, or what makes it unusable. @param source the file, and the row where there are several */
  add(spectrum: Spectrum, source: string, place = source): void {
    try {
      this.#inputs.push(this.#checked(spectrum, source, place));
    } catch (error) {
      this.refuse(error, place);
    }
  }

  /** Adds an input that could not be read. */
  refuse(error: unknown, source: string): void {
    this.#inputs.push(unusableOf(error, source));
  }

  /** All that was added. */
  finish(): ParsedBatch {
    const features = new Float32Array(this.#features.length * FEATURE_COUNT);
    this.#features.forEach((row, i) => features.set(row, i * FEATURE_COUNT));
    const places = new Float64Array(this.#places.length * PLACE_NUMBERS);
    this.#places.forEach((place, i) => writePlace(places, i, place));
    const block = new Uint8Array(this.#bytes);
    let offset = 0;
    for (const part of this.#parts) {
      block.set(part, offset);
      offset += part.byteLength;
    }
    return { inputs: this.#inputs, features, block, places };
  }

  #checked(spectrum: Spectrum, source: string, place: string): ParsedInput {
    const { id, wavelength } = spectrum;
    const problem = problemOfId(id);
    if (problem !== undefined) return unusable('bad-id', `${place}: ${problem}`, place);
    if (wavelength.length > MOST_PIXELS) {
      const message = `${place}: the spectrum has ${wavelength.length} pixels, and at most ${MOST_PIXELS} are kept: cut it around Hα`;
      return unusable('too-large', message, place);
    }
    const features = extractFeatures(spectrum);
    const flux = Float32Array.from(spectrum.flux);
    const facts = factsOf(spectrum, source);
    const row = this.#features.length;
    this.#features.push(features);
    this.#places.push(this.#pack(facts, wavelength, flux, spectrum.uncertainty));
    const { survey } = facts;
    return { kind: 'spectrum', id, survey, source: facts.source, contentHash: contentHash(wavelength, flux), row };
  }

  /** Wavelengths that are those of the spectrum before, as in surveys with one grid, are packed once. */
  #pack(facts: SpectrumFacts, wavelength: Float64Array, flux: Float32Array, uncertainty?: Float64Array): RowPlace {
    const last = this.#lastWavelength;
    const same = last !== undefined && Buffer.compare(bytesOf(last.values), bytesOf(wavelength)) === 0;
    const encoded = new TextEncoder().encode(JSON.stringify(facts));
    const place = {
      facts: this.#append(encoded),
      factsBytes: encoded.byteLength,
      pixels: flux.length,
      wavelength: same ? last.offset : this.#append(bytesOf(wavelength)),
      flux: this.#append(bytesOf(flux)),
      uncertainty: uncertainty ? this.#append(bytesOf(Float32Array.from(uncertainty))) : -1,
    };
    this.#lastWavelength = { values: wavelength, offset: place.wavelength };
    return place;
  }

  #append(bytes: Uint8Array): number {
    const offset = this.#bytes;
    this.#parts.push(bytes);
    this.#bytes += bytes.byteLength;
    return offset;
  }
}

function factsOf(spectrum: Spectrum, source: string): SpectrumFacts {
  const { designation, objectName, obsid, ra, dec, snr, class: surveyClass, subclass, mjd } = spectrum.metadata;
  return {
    id: spectrum.id,
    survey: spectrum.survey,
    medium: spectrum.medium,
    source: source.toWellFormed(),
    designation: (designation ?? objectName)?.toWellFormed() ?? null,
    obsid: wholeNumber(obsid),
    ra: finite(ra),
    dec: finite(dec),
    snr: finite(snr),
    class: surveyClass?.toWellFormed() ?? null,
    subclass: subclass?.toWellFormed() ?? null,
    mjd: finite(mjd),
  };
}

/** Tables made with pandas have NaN for what is not known. */
const finite = (value: number | null) => (Number.isFinite(value) ? value : null);

/** Some archives have identifiers that are words; only numbers have a column. */
function wholeNumber(text: string | null): string | null {
  return text !== null && /^\d{1,19}$/.test(text) && BigInt(text) <= LARGEST_INT64 ? text : null;
}

function problemOfId(id: string): string | undefined {
  if (id.trim() === '') return 'the spectrum has no id: name its file or fill its id column';
  if (id.length > MOST_ID_CHARACTERS) {
    return `the id has ${id.length} characters, and at most ${MOST_ID_CHARACTERS} are kept: shorten it`;
  }
  if (!id.isWellFormed() || UNPRINTABLE.test(id)) {
    return 'the id has characters that cannot be shown: rename the spectrum';
  }
  return undefined;
}

function contentHash(wavelength: Float64Array, flux: Float32Array): string {
  const hash = createHash('sha256').update(bytesOf(wavelength)).update(bytesOf(flux));
  return hash.digest().toString('hex', 0, HASH_BYTES);
}

const bytesOf = (values: Float32Array | Float64Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
